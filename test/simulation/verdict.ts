import type { DomainError } from '../../src/domain/errors';
import { RefusedError } from '../../src/domain/errors';
import { overlaps } from '../../src/domain/interval';
import type { Refusal } from '../../src/domain/refusals';
import type { OccurrenceDoc } from '../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../src/store/registration.schema';
import { NOW } from '../support/make';
import { seatsTaken, type State } from './history';
import type { Wish } from './prepared-call';

/** What an answer is judged in: every state between question and answer. */
export interface Window {
  readonly states: readonly State[];
  /** The latest that any process may have taken it to be. */
  readonly latest: Date;
  /** Whether anything was made to go wrong when it was asked: without that nobody is ever busy. */
  readonly faulty: boolean;
}

/** Whether a definite no was right at some moment of the window. */
export function isJustified(wish: Wish, error: DomainError, window: Window): boolean {
  const { states } = window;
  if (!(error instanceof RefusedError)) {
    if (error.code === 'NOT_FOUND') return wish.type === 'register' && states.some((one) => isUnseen(one, wish));
    // A date that is about to begin was moved into the past.
    return error.code === 'BAD_USER_INPUT' && wish.type === 'move' && wish.startsAt < window.latest;
  }
  const { refusal } = error;
  if (refusal.code === 'BUSY') return window.faulty;
  if (wish.type === 'register') return states.some((state) => deniesSeat(state, wish, { refusal, window }));
  if (wish.type === 'cancel') return refusal.code === 'REGISTRATION_CLOSED' && states.some(() => mayHaveBegun(window));
  return states.some((state) => deniesEdit(state, wish, { refusal, window }));
}

interface Said {
  readonly refusal: Refusal;
  readonly window: Window;
}

type Register = Extract<Wish, { type: 'register' }>;

/** Not there for people: it is a draft, or was called off as one. */
function isUnseen({ occurrences }: State, { occurrenceId }: Register): boolean {
  const date = occurrences.get(occurrenceId);
  return date?.status === 'DRAFT' || date?.hidden === true;
}

/** Only one date of a world may begin during a run; when is the clock's business. */
const mayHaveBegun = ({ states, latest }: Window): boolean =>
  states.some(({ occurrences }) => [...occurrences.values()].some(({ startsAt }) => startsAt <= latest));

function deniesSeat(state: State, { occurrenceId, holder, seats }: Register, { refusal, window }: Said): boolean {
  const date = state.occurrences.get(occurrenceId);
  if (!date) return false;
  const isTheirs = (id: string | null): RegistrationDoc | null => {
    const one = id === null ? undefined : state.active.get(id);
    return one?.holder === holder ? one : null;
  };
  switch (refusal.code) {
    case 'OCCURRENCE_FULL': {
      const left = (date.capacity ?? Infinity) - seatsTaken(state, occurrenceId);
      return left === refusal.seatsLeft && left < seats;
    }
    case 'ALREADY_REGISTERED':
      return String(isTheirs(refusal.registrationId)?.occurrenceId) === occurrenceId;
    case 'OVERLAPPING_REGISTRATION': {
      const other = isTheirs(refusal.conflictingRegistrationId);
      // A refusal takes no lock: the date may be as the transaction saw it first, and be moved by now.
      const dates = window.states.flatMap(({ occurrences }) => occurrences.get(occurrenceId) ?? []);
      return other !== null && dates.some((one) => overlaps({ startsAt: other.s, endsAt: other.e }, one));
    }
    case 'TOO_MANY_SEATS':
      return refusal.maximum === Math.min(date.rules.maxSeats, date.capacity ?? Infinity) && seats > refusal.maximum;
    case 'REGISTRATION_CLOSED':
      return isClosed(date, refusal.reason, window);
    default:
      return false;
  }
}

function isClosed({ status, capacity, startsAt }: OccurrenceDoc, reason: string, { latest }: Window): boolean {
  if (reason === 'STARTED') return startsAt <= latest;
  return reason === 'CLOSED' ? capacity === 0 : status === reason;
}

type EditWish = Exclude<Wish, { type: 'register' | 'cancel' | 'remove' }> | Extract<Wish, { type: 'remove' }>;

function deniesEdit(state: State, wish: EditWish, { refusal, window }: Said): boolean {
  const event = 'eventId' in wish ? state.events.get(wish.eventId) : undefined;
  const date = 'occurrenceId' in wish ? state.occurrences.get(wish.occurrenceId) : undefined;
  switch (refusal.code) {
    case 'STALE_REVISION':
      return (event ?? date)?.revision === refusal.currentRevision;
    case 'CAPACITY_BELOW_TAKEN': {
      const dates = [...state.occurrences.values()].filter(
        (one) => one === date || String(one.eventId) === String(event?._id),
      );
      return dates.some(({ _id }) => seatsTaken(state, String(_id)) === refusal.minimum);
    }
    case 'NOT_EDITABLE':
      if (refusal.reason === 'STARTED') return !!date && date.startsAt <= window.latest;
      return (event ?? date)?.status === refusal.reason;
    case 'MOVE_CONFLICTS':
      return wish.type === 'move' && !!date && hasConflict(state, date, wish.startsAt);
    default:
      return false;
  }
}

function hasConflict({ active }: State, { _id, startsAt, endsAt }: OccurrenceDoc, to: Date): boolean {
  const moved = { startsAt: to, endsAt: new Date(to.getTime() + endsAt.getTime() - startsAt.getTime()) };
  const all = [...active.values()];
  const here = all.filter(({ occurrenceId }) => occurrenceId.equals(_id));
  return here.some(({ holder }) =>
    all.some(
      (other) =>
        other.holder === holder &&
        !other.occurrenceId.equals(_id) &&
        overlaps({ startsAt: other.s, endsAt: other.e }, moved),
    ),
  );
}

/** Whether a yes was true at some moment before it was said (what is asked to be gone: when it was said). */
export function isFulfilled(wish: Wish, id: string, before: readonly State[]): boolean {
  const last = before.at(-1);
  switch (wish.type) {
    case 'register': {
      const { occurrenceId, holder, seats } = wish;
      return before.some(({ active }) => {
        const one = active.get(id);
        return one?.holder === holder && one.seats === seats && String(one.occurrenceId) === occurrenceId;
      });
    }
    case 'cancel':
      return last?.active.has(wish.registrationId) === false;
    case 'setCapacity':
      return before.some(({ occurrences }) => occurrences.get(wish.occurrenceId)?.capacity === wish.capacity);
    case 'move':
      return before.some(
        ({ occurrences }) => occurrences.get(wish.occurrenceId)?.startsAt.getTime() === wish.startsAt.getTime(),
      );
    case 'cancelDate':
      return last?.occurrences.get(wish.occurrenceId)?.status === 'CANCELLED';
    case 'setEventCapacity':
      return before.some(({ events }) => events.get(wish.eventId)?.capacity === wish.capacity);
    case 'publish':
      return before.some(({ events }) => events.get(wish.eventId)?.status === 'PUBLISHED');
    case 'cancelEvent':
      return last?.events.get(wish.eventId)?.status === 'CANCELLED';
    case 'remove':
      return last?.users.get(wish.userId)?.status === 'REMOVED';
  }
}

export const latestOf = (now: number, jumpMs: number): Date => new Date(NOW.getTime() + now + jumpMs);
