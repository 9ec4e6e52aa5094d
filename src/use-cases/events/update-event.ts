import { Injectable } from '@nestjs/common';
import { DAY_MS } from '../../domain/civil-date';
import { BadUserInputError, RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { EventId, OccurrenceId } from '../../domain/ids';
import { replacedBy } from '../../domain/journal';
import type { OverridableField } from '../../domain/occurrence';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { EventRepository } from '../../store/event.repository';
import type { ClaimedRow } from '../../store/journal.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import { RegistrationRepository } from '../../store/registration.repository';
import type { Tx } from '../../store/unit-of-work';
import { changedFields, editedEvent, givenFields, type EventFields } from './edited-event';
import { eventRow } from './event-journal';
import { LargeEdits } from './large-edits';
import { MoveDates } from './move-dates';
import { planEventEdit, type PlannedEdit } from './plan-event-edit';
import { requireNotEditing } from './series-edits';

export interface UpdateEventInput extends EventFields {
  readonly eventId: EventId;
  readonly expectedRevision: number;
  readonly scope: 'ALL' | 'THIS_AND_FUTURE';
  readonly occurrenceId?: OccurrenceId | null;
  readonly resetOverrides: boolean;
  readonly idempotencyKey: string | null;
}

export interface EventUpdated {
  readonly event: Event;
  /** How many of its dates were changed, added or dropped. */
  readonly occurrencesChanged: number;
}

/** Dates that ended longer ago cannot stand in the way of a new one. */
const LOOK_BACK_MS = 2 * DAY_MS;

/** Edits an event and all its dates that have not begun [B1-B4, B7-B9, B13, C6, C7]. */
@Injectable()
export class UpdateEvent {
  constructor(
    private readonly large: LargeEdits,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly registrations: RegistrationRepository,
    private readonly moves: MoveDates,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError with each refusal of `UpdateEventResult`; BadUserInputError; NotFoundError */
  async execute(scope: ViewerScope, { idempotencyKey: key, ...input }: UpdateEventInput): Promise<EventUpdated> {
    if (input.scope !== 'ALL') {
      throw BadUserInputError.at('input.scope', 'THIS_AND_FUTURE comes later: edit ALL, or one occurrence');
    }
    const { eventId } = input;
    const keyed = { key, operation: 'updateEvent', input: { ...input } };
    const { extra } = await this.large.edit(scope, keyed, async (tx, begun) => {
      const occurrencesChanged = await this.update(tx, begun, input);
      return { type: 'event', id: eventId, extra: { occurrencesChanged } };
    });
    const event = await this.events.getById(scope, eventId);
    return { event, occurrencesChanged: extra?.['occurrencesChanged'] ?? 0 };
  }

  private async update(
    tx: Tx,
    begun: ClaimedRow | null,
    input: Omit<UpdateEventInput, 'idempotencyKey'>,
  ): Promise<number> {
    const now = this.clock.now();
    const before = await this.events.getById(tx, input.eventId);
    requireEditable(before, input.expectedRevision, begun);
    const after = editedEvent(before, input, now);
    const resets = input.resetOverrides ? resetFields(givenFields(input)) : NONE;
    const planned = await this.plan(tx, { before, after, resets, now });
    const changed = changedFields(before, planned.after);
    const occurrencesChanged = planned.occurrences.length + planned.create.length;
    if (Object.keys(changed).length === 0 && occurrencesChanged === 0) return 0;
    const revision = before.revision + 1;
    const p = { ...changed, before: replacedBy(before, changed), occurrencesChanged };
    await this.moves.write(tx, begun, {
      ...planned,
      event: before,
      eventSet: { ...changed, revision, updatedAt: now },
      journal: [eventRow(tx.scope, { id: before.id, revision }, { type: 'EVENT_UPDATED', p, at: now })],
      now,
    });
    return occurrencesChanged;
  }

  private async plan(tx: Tx, { before, after, resets, now }: Wanted): Promise<PlannedEdit> {
    const reschedules = isScheduleChanged(before, after) || resets.has('startsAtLocal');
    const { capacity, maxSeatsPerRegistration, conflictPolicy } = changedFields(before, after);
    const rulesChange = [capacity, maxSeatsPerRegistration, conflictPolicy].some((value) => value !== undefined);
    if (!reschedules && !rulesChange && resets.size === 0) {
      return { after, occurrences: [], create: [], registered: [] };
    }
    const stored = await this.occurrences.findAllOfEvent(tx, before.id, new Date(now.getTime() - LOOK_BACK_MS));
    const ids = stored.map(({ id }) => id);
    const counts = await this.registrations.countByOccurrence(tx, ids);
    return planEventEdit({ before, after, resets, reschedules, stored, counts, now });
  }
}

interface Wanted {
  readonly before: Event;
  readonly after: Event;
  readonly resets: ReadonlySet<OverridableField>;
  readonly now: Date;
}

function requireEditable(event: Event, expectedRevision: number, begun: ClaimedRow | null): void {
  if (begun === null) requireNotEditing(event);
  if (event.status === 'CANCELLED') throw new RefusedError({ code: 'NOT_EDITABLE', reason: 'CANCELLED' });
  if (event.revision !== expectedRevision) {
    throw new RefusedError({ code: 'STALE_REVISION', currentRevision: event.revision });
  }
}

const SCHEDULE = ['timezone', 'startsAtLocal', 'duration', 'recurrence'] as const;

function isScheduleChanged(before: Event, after: Event): boolean {
  const changed = changedFields(before, after);
  return SCHEDULE.some((field) => field in changed);
}

const NONE: ReadonlySet<OverridableField> = new Set();

/** "Such fields" are those of the edit; of an edit that sets none, all. Start and length are reset together. */
function resetFields(given: ReadonlySet<keyof EventFields>): ReadonlySet<OverridableField> {
  const all = given.size === 0;
  const resets = new Set<OverridableField>();
  for (const name of ['name', 'description', 'capacity'] as const) if (all || given.has(name)) resets.add(name);
  if (all || SCHEDULE.some((field) => given.has(field))) resets.add('startsAtLocal').add('duration');
  return resets;
}
