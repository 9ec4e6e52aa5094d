import { Injectable } from '@nestjs/common';
import type { ConflictPolicy, Event, EventCategory, Schedule } from '../../domain/event';
import type { Outcome } from '../../domain/idempotency';
import type { EventId } from '../../domain/ids';
import { materialise } from '../../domain/materialise';
import type { ViewerScope } from '../../domain/scope';
import { requireStartInReach } from '../../domain/start-reach';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { EventRepository } from '../../store/event.repository';
import { JournalRepository } from '../../store/journal.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import { EditOnce, type KeyedEdit } from '../edit-once';
import { eventRow } from './event-journal';
import { newOccurrence } from './new-occurrence';
import { admitInput, type RecurrenceInput } from './recurrence-input';

export interface CreateEventInput {
  readonly name: string;
  readonly description: string | null;
  readonly category: EventCategory;
  /** IANA zone, canonical. */
  readonly timezone: string;
  readonly startsAtLocal: string;
  readonly duration: string;
  /** null: happens once. */
  readonly recurrence: RecurrenceInput | null;
  readonly capacity: number | null;
  readonly maxSeatsPerRegistration: number;
  readonly conflictPolicy: ConflictPolicy;
  readonly publish: boolean;
  readonly idempotencyKey: string | null;
}

/** An event with its dates, in one transaction; a one-off is a series of one [E1, E2, A11]. */
@Injectable()
export class CreateEvent {
  constructor(
    private readonly once: EditOnce,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly journal: JournalRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws RefusedError INVALID_RECURRENCE, START_NOT_ON_RULE, BUSY; BadUserInputError; IdempotencyKeyReusedError */
  async execute(scope: ViewerScope, { idempotencyKey: key, ...input }: CreateEventInput): Promise<Event> {
    const keyed = { key, operation: 'createEvent', input: { ...input } };
    // First: its start may be out of reach by now.
    const { id } = (await this.once.earlier(scope, keyed)) ?? (await this.create(scope, keyed, input));
    return this.events.getById(scope, id as EventId);
  }

  private create(
    scope: ViewerScope,
    keyed: KeyedEdit,
    input: Omit<CreateEventInput, 'idempotencyKey'>,
  ): Promise<Outcome> {
    const now = this.clock.now();
    const schedule = admitSchedule(input, now);
    const { members, horizonAt } = materialise(schedule, now);
    const event = newEvent(scope, { ...input, ...schedule }, { horizonAt, now });
    const dates = members.map((member) => newOccurrence(event, member));
    const { name, status } = event;
    const p = { name, status, ...schedule, occurrences: dates.length };
    const row = eventRow(scope, event, { type: 'EVENT_CREATED', p, at: now });
    return this.once.run(scope, keyed, async (tx) => {
      await this.events.add(tx, event);
      await this.occurrences.addMany(tx, dates);
      await this.journal.add(tx, [row]);
      return { type: 'event', id: event.id };
    });
  }
}

/** The start is within reach and on the rule, the rule within its policy [A9, A10]. */
function admitSchedule(input: Omit<CreateEventInput, 'idempotencyKey'>, now: Date): Schedule {
  const { timezone, startsAtLocal, duration, recurrence } = input;
  requireStartInReach({ timezone, startsAtLocal }, { now, path: 'input.startsAtLocal' });
  const admitted = recurrence && admitInput(recurrence, { timezone, startsAtLocal });
  return { timezone, startsAtLocal, duration, recurrence: admitted };
}

const newEvent = (
  { tenantId }: ViewerScope,
  { publish, ...input }: Omit<CreateEventInput, 'idempotencyKey' | 'recurrence'> & Schedule,
  { horizonAt, now }: { readonly horizonAt: Date | null; readonly now: Date },
): Event => ({
  ...input,
  id: newId<EventId>(),
  tenantId,
  status: publish ? 'PUBLISHED' : 'DRAFT',
  epoch: 1,
  horizonAt,
  revision: 1,
  editing: false,
  createdAt: now,
  updatedAt: now,
});
