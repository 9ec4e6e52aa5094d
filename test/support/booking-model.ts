import type { Answer, BookingCommand, CancelCommand, RegisterCommand } from '../../src/domain/booking/commands';
import type { Interval } from '../../src/domain/interval';
import type { Occurrence } from '../../src/domain/occurrence';

type ModelOccurrence = Pick<
  Occurrence,
  'id' | 'tenantId' | 'startsAt' | 'endsAt' | 'capacity' | 'status' | 'paused' | 'rules'
>;

interface ModelRegistration {
  readonly occurrence: ModelOccurrence;
  readonly holder: string;
  readonly seats: number;
  active: boolean;
}

/** What an answer says, as one line of text that two answers can be compared by. */
export function verdictOf(answer: Answer): string {
  switch (answer.kind) {
    case 'done':
      return answer.changed ? `done ${answer.registration.id}` : `as it was ${answer.registration.id}`;
    case 'replayed':
      return `replayed ${answer.outcome.id}`;
    case 'notFound':
    case 'keyReused':
      return answer.kind;
    case 'refused':
      return refusalVerdict(answer.refusal);
  }
}

function refusalVerdict(refusal: Extract<Answer, { kind: 'refused' }>['refusal']): string {
  switch (refusal.code) {
    case 'ALREADY_REGISTERED':
      return `${refusal.code} ${refusal.registrationId}`;
    case 'OVERLAPPING_REGISTRATION':
      return `${refusal.code} ${refusal.conflictingRegistrationId}`;
    case 'OCCURRENCE_FULL':
      return `${refusal.code} ${refusal.seatsLeft} left`;
    case 'TOO_MANY_SEATS':
      return `${refusal.code} above ${refusal.maximum}`;
    case 'REGISTRATION_CLOSED':
      return `${refusal.code} ${refusal.reason}`;
    default:
      return refusal.code;
  }
}

/**
 * Booking by brute force, to check the real thing against: one list of registrations, no counters, no buckets, no
 * transactions. It shares no code with what it judges; two intervals meet when the later start is before the earlier end.
 */
export class BookingModel {
  readonly occurrences = new Map<string, ModelOccurrence>();
  readonly registrations = new Map<string, ModelRegistration>();
  readonly #keys = new Map<string, { readonly hash: string; readonly registrationId: string }>();

  constructor(occurrences: readonly ModelOccurrence[]) {
    for (const { id, ...rest } of occurrences) this.occurrences.set(id, { id, ...rest });
  }

  /** Carries the command out, and says every answer that is right: there may be several conflicts to name. */
  submit(command: BookingCommand, now: Date): string[] {
    const key = command.idempotency;
    const seen = key && this.#keys.get(key.id);
    if (key && seen) return seen.hash === key.hash ? [`replayed ${seen.registrationId}`] : ['keyReused'];
    const verdicts = command.kind === 'register' ? this.register(command, now) : this.cancel(command, now);
    if (key && verdicts[0] === `done ${command.registrationId}`) {
      this.#keys.set(key.id, { hash: key.hash, registrationId: command.registrationId });
    }
    return verdicts;
  }

  /** The seats taken where the new capacity is too low; null: it is the capacity now. */
  setCapacity(id: string, capacity: number | null): number | null {
    if (capacity !== null && capacity < this.taken(id)) return this.taken(id);
    this.change(id, { capacity });
    return null;
  }

  /** The registrations whose holders would be in two places; none: the occurrence is moved. */
  move(id: string, times: Interval): string[] {
    const conflicts = this.activeOf(id).filter(([, { occurrence, holder }]) =>
      this.activeOfHolder(occurrence.tenantId, holder).some(
        ([, other]) => other.occurrence.id !== id && compete(other.occurrence, { ...occurrence, ...times }),
      ),
    );
    if (conflicts.length === 0) this.change(id, { startsAt: times.startsAt, endsAt: times.endsAt });
    return conflicts.map(([registrationId]) => registrationId).sort();
  }

  /** How many registrations went with it. */
  cancelOccurrence(id: string): number {
    const active = this.activeOf(id);
    for (const [, registration] of active) registration.active = false;
    this.change(id, { status: 'CANCELLED' });
    return active.length;
  }

  taken(occurrenceId: string): number {
    return this.activeOf(occurrenceId).reduce((sum, [, { seats }]) => sum + seats, 0);
  }

  private register({ occurrenceId, holder, seats, registrationId }: RegisterCommand, now: Date): string[] {
    const occurrence = this.occurrences.get(occurrenceId);
    if (!occurrence) return ['notFound'];
    const { capacity, rules, tenantId, status } = occurrence;
    if (status === 'CANCELLED') return ['REGISTRATION_CLOSED CANCELLED'];
    if (now >= occurrence.startsAt) return ['REGISTRATION_CLOSED STARTED'];
    if (capacity === 0) return ['REGISTRATION_CLOSED CLOSED'];
    const theirs = this.activeOfHolder(tenantId, holder);
    const here = theirs.find(([, one]) => one.occurrence.id === occurrenceId);
    if (here) return [`ALREADY_REGISTERED ${here[0]}`];
    const most = Math.min(rules.maxSeats, capacity ?? Infinity);
    if (seats > most) return [`TOO_MANY_SEATS above ${most}`];
    const meeting = theirs.filter(([, one]) => compete(one.occurrence, occurrence));
    if (meeting.length > 0) return meeting.map(([id]) => `OVERLAPPING_REGISTRATION ${id}`);
    const left = (capacity ?? Infinity) - this.taken(occurrenceId);
    if (seats > left) return [`OCCURRENCE_FULL ${left} left`];
    this.registrations.set(registrationId, { occurrence, holder, seats, active: true });
    return [`done ${registrationId}`];
  }

  private cancel({ registrationId }: CancelCommand, now: Date): string[] {
    const registration = this.registrations.get(registrationId);
    if (!registration) return ['notFound'];
    if (!registration.active) return [`as it was ${registrationId}`];
    if (now >= registration.occurrence.startsAt) return ['REGISTRATION_CLOSED STARTED'];
    registration.active = false;
    return [`done ${registrationId}`];
  }

  private activeOf(occurrenceId: string): [string, ModelRegistration][] {
    return [...this.registrations].filter(([, one]) => one.active && one.occurrence.id === occurrenceId);
  }

  private activeOfHolder(tenantId: string, holder: string): [string, ModelRegistration][] {
    return [...this.registrations].filter(
      ([, one]) => one.active && one.holder === holder && one.occurrence.tenantId === tenantId,
    );
  }

  /** The occurrence's registrations see the change: there is one object. */
  private change(id: string, set: Partial<ModelOccurrence>): void {
    const occurrence = this.occurrences.get(id);
    if (occurrence) Object.assign(occurrence, set);
  }
}

/** Both take their holder's time, and it is the same time. */
const compete = (a: ModelOccurrence, b: ModelOccurrence): boolean =>
  a.rules.conflictPolicy === 'BLOCK' && b.rules.conflictPolicy === 'BLOCK' && meet(a, b);

const meet = (a: Interval, b: Interval): boolean =>
  Math.max(a.startsAt.getTime(), b.startsAt.getTime()) < Math.min(a.endsAt.getTime(), b.endsAt.getTime());
