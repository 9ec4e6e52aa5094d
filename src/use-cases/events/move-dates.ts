import { Injectable } from '@nestjs/common';
import { RETRY_AFTER_MS } from '../../domain/booking/commands';
import type { OccurrenceEdit } from '../../domain/booking/edit';
import type { EventChange } from '../../domain/booking/view';
import { RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { OccurrenceId } from '../../domain/ids';
import type { JournalRow } from '../../domain/journal';
import type { Occurrence } from '../../domain/occurrence';
import { JournalRepository, type ClaimedRow } from '../../store/journal.repository';
import { RegistrationRepository, type UnsettledDate } from '../../store/registration.repository';
import type { Tx } from '../../store/unit-of-work';
import { readBegun } from './begun-edits';
import { TooLargeError } from './large-edits';
import { MAX_REGISTRATIONS, registrationsDueRow } from './registrations-due';
import { SeriesEdits } from './series-edits';

/** An occurrence that moves, and how many are registered for it. */
export interface RegisteredDate extends Pick<Occurrence, 'id' | 'timeV'> {
  readonly active: number;
}

export interface Move {
  readonly event: Event;
  /** null: the event itself stays as it is. */
  readonly eventSet: EventChange['set'];
  readonly occurrences: readonly OccurrenceEdit[];
  readonly create: readonly Occurrence[];
  readonly registered: readonly RegisteredDate[];
  readonly journal: readonly JournalRow[];
  readonly now: Date;
}

export interface MoveOfOne extends Pick<Move, 'event' | 'now'> {
  readonly date: Pick<Occurrence, 'timeV'>;
  readonly edit: OccurrenceEdit;
}

/** Writes an edit that may move dates with people in them, whatever its size [C7, C8]. */
@Injectable()
export class MoveDates {
  constructor(
    private readonly edits: SeriesEdits,
    private readonly journal: JournalRepository,
    private readonly registrations: RegistrationRepository,
  ) {}

  /** An edit of one date alone. @throws as `write` */
  async writeOne(tx: Tx, begun: ClaimedRow | null, { event, date, edit, now }: MoveOfOne): Promise<void> {
    const { id, set } = edit;
    const moves = set.startsAt !== undefined || set.endsAt !== undefined;
    const active = moves ? ((await this.registrations.countByOccurrence(tx, [id])).get(id)?.active ?? 0) : 0;
    await this.write(tx, begun, {
      event,
      eventSet: null,
      occurrences: [edit],
      create: [],
      registered: active > 0 ? [{ id, timeV: date.timeV, active }] : [],
      journal: [],
      now,
    });
  }

  /** @throws TooLargeError for `LargeEdits`; RefusedError CAPACITY_BELOW_TAKEN, MOVE_CONFLICTS, BUSY */
  async write(tx: Tx, begun: ClaimedRow | null, move: Move): Promise<void> {
    const { event, registered, now } = move;
    const later = registered.reduce((sum, { active }) => sum + active, 0) > MAX_REGISTRATIONS;
    const ids = registered.map(({ id }) => id);
    if (later && begun === null) throw new TooLargeError(event.id, ids);
    if (begun !== null && !(await this.journal.holds(tx, begun))) throw busy();
    const dates = registered.map(({ id, timeV }): UnsettledDate => ({ id, timeV: timeV + 1 }));
    const work = later ? [registrationsDueRow(tx.scope, { eventId: event.id, dates, paused: true }, now)] : [];
    await this.edits.write(tx, {
      event: eventChange(move, { later, begun }),
      occurrences: withPauses(move.occurrences, new Set(later ? ids : []), begun ? readBegun(begun).dates : []),
      create: move.create,
      journal: [...move.journal, ...work],
      registered: new Set(ids),
      registrationsLater: later,
      now,
    });
    if (begun !== null) await this.journal.finish(tx, begun);
  }
}

const busy = (): RefusedError => new RefusedError({ code: 'BUSY', retryAfterMs: RETRY_AFTER_MS });

function eventChange(
  { event: { id, revision: expectedRevision }, eventSet }: Move,
  { later, begun }: { readonly later: boolean; readonly begun: ClaimedRow | null },
): EventChange | null {
  if (eventSet === null && begun === null) return null;
  return { id, expectedRevision, set: { ...eventSet, ...(begun === null ? {} : { editing: later }) } };
}

/** What still has registrations to follow stays paused; what was paused for the judgement alone opens again. */
function withPauses(
  edits: readonly OccurrenceEdit[],
  pausing: ReadonlySet<OccurrenceId>,
  held: readonly OccurrenceId[],
): OccurrenceEdit[] {
  const opening = new Set(held.filter((id) => !pausing.has(id)));
  const paused = edits.map((edit): OccurrenceEdit => {
    if (pausing.has(edit.id)) return { ...edit, set: { ...edit.set, paused: true } };
    return opening.delete(edit.id) && !edit.remove ? { ...edit, set: { ...edit.set, paused: false } } : edit;
  });
  return [...paused, ...[...opening].map((id): OccurrenceEdit => ({ id, set: { paused: false }, silent: true }))];
}
