import type { EventId, Holder, OccurrenceId, RegistrationId, UserId } from '../../src/domain/ids';
import { holderOfUser } from '../../src/domain/ids';
import type { User } from '../../src/domain/user';
import type { ViewerScope } from '../../src/domain/scope';
import { toLocal } from '../../src/domain/wall-clock';
import type { OccurrenceDoc } from '../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../src/store/registration.schema';
import type { Process } from './process';
import type { Operation } from './program';
import type { MemoryStore } from './store/memory-store';
import type { Doc } from './store/values';
import { userOf, type World } from './world';

/** What is asked for, by the ids of the run: what its answer is judged by. */
export type Wish =
  | { readonly type: 'register'; readonly occurrenceId: OccurrenceId; readonly holder: Holder; readonly seats: number }
  | { readonly type: 'cancel'; readonly registrationId: RegistrationId }
  | { readonly type: 'setCapacity'; readonly occurrenceId: OccurrenceId; readonly capacity: number | null }
  | { readonly type: 'move'; readonly occurrenceId: OccurrenceId; readonly startsAt: Date }
  | { readonly type: 'cancelDate'; readonly occurrenceId: OccurrenceId }
  | { readonly type: 'setEventCapacity'; readonly eventId: EventId; readonly capacity: number | null }
  | { readonly type: 'publish'; readonly eventId: EventId }
  | { readonly type: 'cancelEvent'; readonly eventId: EventId }
  | { readonly type: 'remove'; readonly userId: UserId };

export interface PreparedCall {
  readonly actor: User;
  readonly wish: Wish;
  /** The id of what was made or changed. */
  execute(process: Process, scope: ViewerScope, key: string | null): Promise<string>;
}

/** What is there when somebody looks, before deciding what to ask for. */
export interface Sight {
  readonly world: World;
  readonly store: MemoryStore;
}

const at = <T>(list: readonly T[], place: number): T | null => list[place % list.length] ?? null;
const docOf = <T>(store: MemoryStore, collection: string, id: string): T =>
  store.all(collection).find(({ _id }) => String(_id) === id) as unknown as T;

/** The call that an operation stands for now; null: there is nothing to do it with. Repeated, it stays the same. */
export function prepare(operation: Operation, sight: Sight): PreparedCall | null {
  const { organizer: actor } = sight.world;
  switch (operation.type) {
    case 'register':
      return register(operation, sight);
    case 'cancel':
      return cancel(operation, sight);
    case 'setCapacity':
    case 'move':
    case 'cancelDate':
      return editDate(operation, sight);
    case 'setEventCapacity':
    case 'publish':
    case 'cancelEvent':
      return editEvent(operation, sight);
    case 'remove': {
      const userId = at(sight.world.people, operation.person)?.id;
      return (
        (userId && {
          actor,
          wish: { type: 'remove', userId },
          execute: async ({ removeUser }, scope, idempotencyKey) =>
            (await removeUser.execute(scope, { userId, idempotencyKey })).id,
        }) ??
        null
      );
    }
  }
}

type Of<Type extends Operation['type']> = Extract<Operation, { type: Type }>;

function register({ person, date, seats }: Of<'register'>, { world }: Sight): PreparedCall | null {
  const [actor, occurrence] = [at(world.people, person), at(world.dates, date)];
  if (!actor || !occurrence) return null;
  const { id: occurrenceId } = occurrence;
  return {
    actor,
    wish: { type: 'register', occurrenceId, holder: holderOfUser(actor.id), seats },
    execute: async (process, scope, idempotencyKey) =>
      (await process.register.execute(scope, { occurrenceId, seats, userId: null, idempotencyKey })).id,
  };
}

function cancel({ registration, asOrganizer }: Of<'cancel'>, { world, store }: Sight): PreparedCall | null {
  const doc = at<Doc>(store.all('registrations'), registration);
  if (!doc) return null;
  const { _id, userId } = doc as unknown as RegistrationDoc;
  const registrationId = _id.toHexString() as RegistrationId;
  const holder = userOf(world, String(userId) as UserId) ?? world.organizer;
  return {
    actor: asOrganizer ? world.organizer : holder,
    wish: { type: 'cancel', registrationId },
    execute: async (process, scope, idempotencyKey) =>
      (await process.cancel.execute(scope, { registrationId, reason: null, idempotencyKey })).id,
  };
}

function editDate(operation: Of<'setCapacity' | 'move' | 'cancelDate'>, { world, store }: Sight): PreparedCall | null {
  const occurrenceId = at(world.dates, operation.date)?.id;
  if (!occurrenceId) return null;
  const actor = world.organizer;
  const { revision: expectedRevision, startsAt: from } = docOf<OccurrenceDoc>(store, 'occurrences', occurrenceId);
  if (operation.type === 'cancelDate') {
    return {
      actor,
      wish: { type: 'cancelDate', occurrenceId },
      execute: async (process, scope, idempotencyKey) =>
        (await process.cancelOccurrence.execute(scope, { occurrenceId, reason: null, idempotencyKey })).occurrence.id,
    };
  }
  const startsAt = new Date(from.getTime() + (operation.type === 'move' ? operation.byMinutes * 60_000 : 0));
  const fields =
    operation.type === 'move' ? { startsAtLocal: toLocal(startsAt, 'UTC') } : { capacity: operation.capacity };
  const input = { occurrenceId, expectedRevision, ...fields };
  return {
    actor,
    wish:
      operation.type === 'move'
        ? { type: 'move', occurrenceId, startsAt }
        : { type: 'setCapacity', occurrenceId, capacity: operation.capacity },
    execute: async (process, scope, idempotencyKey) =>
      (await process.updateOccurrence.execute(scope, { ...input, idempotencyKey })).id,
  };
}

function editEvent(
  operation: Of<'setEventCapacity' | 'publish' | 'cancelEvent'>,
  { world, store }: Sight,
): PreparedCall | null {
  const eventId = at(world.events, operation.event)?.id;
  if (!eventId) return null;
  const actor = world.organizer;
  if (operation.type === 'publish') {
    return {
      actor,
      wish: { type: 'publish', eventId },
      execute: async ({ publishEvent }, scope, idempotencyKey) =>
        (await publishEvent.execute(scope, { eventId, idempotencyKey })).id,
    };
  }
  if (operation.type === 'cancelEvent') {
    return {
      actor,
      wish: { type: 'cancelEvent', eventId },
      execute: async ({ cancelEvent }, scope, idempotencyKey) =>
        (await cancelEvent.execute(scope, { eventId, reason: null, idempotencyKey })).event.id,
    };
  }
  const { capacity } = operation;
  const { revision: expectedRevision } = docOf<{ revision: number }>(store, 'events', eventId);
  const input = { eventId, expectedRevision, scope: 'ALL', resetOverrides: false, capacity } as const;
  return {
    actor,
    wish: { type: 'setEventCapacity', eventId, capacity },
    execute: async ({ updateEvent }, scope, idempotencyKey) =>
      (await updateEvent.execute(scope, { ...input, idempotencyKey })).event.id,
  };
}
