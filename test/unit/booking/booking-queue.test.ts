import type { BookingCommand } from '../../../src/domain/booking/commands';
import { MAX_EFFECTS } from '../../../src/domain/booking/decide';
import type { OccurrenceId, TenantId, UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { MAX_BATCH, type WaitingCommand, type WaitingEdit } from '../../../src/use-cases/booking-lane';
import {
  BookingQueue,
  MAX_IN_FLIGHT,
  MAX_IN_FLIGHT_PER_TENANT,
  MAX_WAITING,
  MAX_WAITING_PER_TENANT,
  type Batch,
} from '../../../src/use-cases/booking-queue';
import { at, makeRegister, makeScope } from '../../support/make';

const ignore = (): void => undefined;
const tenants = (count: number): TenantId[] => Array.from({ length: count }, () => newId<TenantId>());

function command(given: Partial<BookingCommand> & { userId?: UserId } = {}, deadline = 5_000): WaitingCommand {
  const { userId = newId<UserId>(), ...rest } = given;
  const made = makeRegister({ id: newId<OccurrenceId>() }, { userId });
  const scope = makeScope();
  return { scope, command: { ...made, ...rest } as BookingCommand, deadline, resolve: ignore, reject: ignore };
}
const edit = (deadline = 5_000): WaitingEdit => ({
  scope: makeScope(),
  deadline,
  run: () => Promise.resolve(),
  reject: ignore,
});

const queueThatSells = (): BookingQueue => new BookingQueue(() => false);
const queueOfFullDates = (): BookingQueue => new BookingQueue(() => true);
const sizeOf = (batch: Batch | null): number => (batch && 'commands' in batch ? batch.commands.length : 0);
const commandsOf = (batch: Batch | null): readonly WaitingCommand[] =>
  batch && 'commands' in batch ? batch.commands : [];
function taken(queue: BookingQueue): Batch {
  const batch = queue.take();
  if (batch === null) throw new Error('nothing to take');
  return batch;
}
function takeAll(queue: BookingQueue): Batch[] {
  const batches: Batch[] = [];
  for (let batch = queue.take(); batch !== null; batch = queue.take()) batches.push(batch);
  return batches;
}

describe('a batch', () => {
  const [a, b] = [newId<TenantId>(), newId<TenantId>()];

  it('holds what one tenant has waiting, and never crosses tenants', () => {
    const queue = queueThatSells();
    const [first, second, foreign] = [command(), command(), command()];
    queue.add(a, first);
    queue.add(b, foreign);
    queue.add(a, second);
    expect(queue.take()).toEqual({ tenantId: a, commands: [first, second], alone: false });
    expect(queue.take()).toEqual({ tenantId: b, commands: [foreign], alone: true });
    expect(queue.take()).toBeNull();
  });

  it(`takes ${MAX_EFFECTS} commands that may change something, ${MAX_BATCH} that can only be told no`, () => {
    for (const [queue, size] of [
      [queueThatSells(), MAX_EFFECTS],
      [queueOfFullDates(), MAX_BATCH],
    ] as const) {
      for (let n = 0; n < MAX_BATCH + 500; n += 1) queue.add(a, command());
      expect(sizeOf(queue.take())).toBe(size);
      expect(queue.waitingOf(a)).toBe(MAX_BATCH + 500 - size);
    }
  });

  it('is alone only when its tenant has nothing else waiting or under way', () => {
    const queue = queueThatSells();
    queue.add(a, command());
    const first = taken(queue);
    queue.add(a, command());
    expect(first).toMatchObject({ alone: true });
    expect(queue.take()).toMatchObject({ alone: false });
  });
});

describe('the order of arrival', () => {
  const tenantId = newId<TenantId>();
  const occurrenceId = newId<OccurrenceId>();
  const userId = newId<UserId>();
  const idempotency = { id: 'key', hash: 'hash', expiresAt: at(48) };

  it.each([
    ['one date', { occurrenceId }],
    ['one person', { userId }],
    ['one idempotency key', { idempotency }],
  ])('is kept for %s: what a transaction under way holds waits for it', (_name, shared) => {
    const queue = queueThatSells();
    queue.add(tenantId, command(shared));
    const first = taken(queue);
    const [later, free] = [command(shared), command()];
    queue.add(tenantId, later);
    queue.add(tenantId, free);
    expect(commandsOf(queue.take())).toEqual([free]);
    expect(queue.take()).toBeNull();
    queue.done(first);
    expect(commandsOf(queue.take())).toEqual([later]);
  });

  it('is kept behind a command that waits: nobody overtakes it by its other key', () => {
    const queue = queueThatSells();
    queue.add(tenantId, command({ occurrenceId }));
    const first = taken(queue);
    const waits = command({ occurrenceId, userId });
    const behind = command({ userId });
    queue.add(tenantId, waits);
    queue.add(tenantId, behind);
    expect(queue.take()).toBeNull();
    queue.done(first);
    expect(commandsOf(queue.take())).toEqual([waits, behind]);
  });

  it('is kept for commands that their transaction had no room for', () => {
    const queue = queueThatSells();
    const [deferred, alsoDeferred] = [command({ occurrenceId }), command({ occurrenceId })];
    queue.add(tenantId, deferred);
    queue.add(tenantId, alsoDeferred);
    const batch = taken(queue);
    const later = command({ occurrenceId });
    queue.add(tenantId, later);
    queue.putBack(tenantId, [deferred, alsoDeferred]);
    queue.done(batch);
    expect(commandsOf(queue.take())).toEqual([deferred, alsoDeferred, later]);
  });

  it('gives a tenant its turn again when everything it had was put back', () => {
    const queue = queueThatSells();
    const one = command();
    queue.add(tenantId, one);
    const batch = taken(queue);
    queue.putBack(tenantId, [one]);
    queue.done(batch);
    expect(commandsOf(queue.take())).toEqual([one]);
  });
});

describe('places', () => {
  const fill = (queue: BookingQueue, tenantId: TenantId, batches: number): void => {
    for (let n = 0; n < batches * MAX_BATCH; n += 1) queue.add(tenantId, command());
  };

  it('tenants take turns, however much one of them has waiting', () => {
    const [busy, small] = [newId<TenantId>(), newId<TenantId>()];
    const queue = queueOfFullDates();
    fill(queue, busy, 3);
    queue.add(small, command());
    const order = takeAll(queue).map(({ tenantId }) => tenantId);
    expect(order).toEqual([busy, small, busy]);
  });

  it(`${MAX_IN_FLIGHT_PER_TENANT} per tenant, and the next one when one is done`, () => {
    const tenantId = newId<TenantId>();
    const queue = queueOfFullDates();
    fill(queue, tenantId, MAX_IN_FLIGHT_PER_TENANT + 1);
    const batches = takeAll(queue);
    expect(batches).toHaveLength(MAX_IN_FLIGHT_PER_TENANT);
    queue.done(batches[0] as Batch);
    expect(takeAll(queue)).toHaveLength(1);
  });

  it(`${MAX_IN_FLIGHT} per process`, () => {
    const queue = queueThatSells();
    for (const tenantId of tenants(MAX_IN_FLIGHT + 3)) queue.add(tenantId, command());
    expect(takeAll(queue)).toHaveLength(MAX_IN_FLIGHT);
    expect(queue.inFlight).toBe(MAX_IN_FLIGHT);
    expect(queue.waiting).toBe(3);
  });

  it('the last one is only for a tenant that has none', () => {
    const queue = queueOfFullDates();
    for (const tenantId of tenants(MAX_IN_FLIGHT / 2)) fill(queue, tenantId, MAX_IN_FLIGHT_PER_TENANT);
    expect(takeAll(queue)).toHaveLength(MAX_IN_FLIGHT - 1);
    const newcomer = newId<TenantId>();
    queue.add(newcomer, command());
    expect(takeAll(queue).map(({ tenantId }) => tenantId)).toEqual([newcomer]);
  });

  it('are forgotten with the tenant: nothing waits, nothing is under way', () => {
    const queue = queueThatSells();
    queue.add(newId(), command());
    queue.done(taken(queue));
    expect([queue.waiting, queue.inFlight]).toEqual([0, 0]);
  });
});

describe('an edit', () => {
  const tenantId = newId<TenantId>();

  it('waits for what its tenant has under way, runs alone, and keeps its place in the order', () => {
    const queue = queueThatSells();
    queue.add(tenantId, command());
    const before = taken(queue);
    const mine = edit();
    const later = command();
    queue.add(tenantId, mine);
    queue.add(tenantId, later);
    expect(queue.take()).toBeNull();
    queue.done(before);
    const editing = taken(queue);
    expect(editing).toEqual({ tenantId, edit: mine });
    expect(queue.take()).toBeNull();
    queue.done(editing);
    expect(commandsOf(queue.take())).toEqual([later]);
  });

  it('is a border: a batch takes nothing from behind it', () => {
    const queue = queueThatSells();
    const [first, behind] = [command(), command()];
    queue.add(tenantId, first);
    queue.add(tenantId, edit());
    queue.add(tenantId, behind);
    expect(commandsOf(queue.take())).toEqual([first]);
  });

  it('of one tenant does not hold up another', () => {
    const queue = queueThatSells();
    queue.add(tenantId, edit());
    const other = newId<TenantId>();
    queue.add(other, command());
    expect(takeAll(queue).map((batch) => batch.tenantId)).toEqual([tenantId, other]);
  });
});

describe('a deadline', () => {
  const tenantId = newId<TenantId>();

  it('takes what is past it out of the queue, edits too, and leaves the rest in order', () => {
    const queue = queueThatSells();
    const [old, oldEdit, fresh] = [command({}, 100), edit(100), command({}, 101)];
    for (const entry of [old, oldEdit, fresh]) queue.add(tenantId, entry);
    expect(queue.expire(99)).toEqual([]);
    expect(queue.expire(100)).toEqual([old, oldEdit]);
    expect(commandsOf(queue.take())).toEqual([fresh]);
  });

  it('is looked for behind what was put back, too', () => {
    const queue = queueThatSells();
    const [early, late] = [command({}, 100), command({}, 200)];
    queue.add(tenantId, early);
    queue.putBack(tenantId, [late]);
    expect(queue.expire(150)).toEqual([early]);
    expect(commandsOf(queue.take())).toEqual([late]);
  });

  it('leaves no turn behind for a tenant that has nothing any more', () => {
    const queue = queueThatSells();
    queue.add(tenantId, command({}, 100));
    queue.expire(100);
    expect([queue.take(), queue.waiting]).toEqual([null, 0]);
    queue.add(tenantId, command());
    expect(takeAll(queue)).toHaveLength(1);
  });
});

describe('a storm', () => {
  const PEOPLE = 3_000;
  const rush = (queue: BookingQueue, tenantId: TenantId, people: number): void => {
    const occurrenceId = newId<OccurrenceId>();
    for (let n = 0; n < people; n += 1) queue.add(tenantId, command({ occurrenceId }));
  };

  it('at some tenants holds up another by one transaction of each, however long they queue', () => {
    const stormy = tenants(MAX_IN_FLIGHT + 2);
    const queue = queueThatSells();
    for (const tenantId of stormy) rush(queue, tenantId, PEOPLE / 10);
    const underWay = takeAll(queue);
    const newcomer = newId<TenantId>();
    queue.add(newcomer, command());
    const started: TenantId[] = [];
    while (!started.includes(newcomer)) {
      queue.done(underWay.shift() as Batch);
      const next = takeAll(queue);
      underWay.push(...next);
      started.push(...next.map(({ tenantId }) => tenantId));
    }
    expect(started.length).toBeLessThanOrEqual(stormy.length + 1);
  });

  it('is looked at once while it waits, not again with everybody who joins', () => {
    const tenantId = newId<TenantId>();
    const queue = queueThatSells();
    let looks = 0;
    const occurrenceId = newId<OccurrenceId>();
    const counted = (): WaitingCommand => {
      const one = command();
      const get = (): OccurrenceId => {
        looks += 1;
        return occurrenceId;
      };
      return { ...one, command: Object.defineProperty({ ...one.command }, 'occurrenceId', { get }) };
    };
    for (let n = 0; n < PEOPLE; n += 1) queue.add(tenantId, counted());
    const first = taken(queue);
    queue.take();
    looks = 0;
    for (let n = 0; n < 100; n += 1) {
      queue.add(tenantId, counted());
      expect(queue.take()).toBeNull();
    }
    expect(looks).toBe(100);
    queue.done(first);
    expect(sizeOf(queue.take())).toBe(MAX_EFFECTS);
  });

  it(`may leave ${MAX_WAITING_PER_TENANT} waiting at one tenant and ${MAX_WAITING} in all; what goes makes room`, () => {
    const [stormy, other, late] = tenants(3) as [TenantId, TenantId, TenantId];
    const queue = queueThatSells();
    rush(queue, stormy, MAX_WAITING_PER_TENANT);
    expect([stormy, other].map((tenantId) => queue.isFullFor(tenantId))).toEqual([true, false]);
    rush(queue, other, MAX_WAITING - MAX_WAITING_PER_TENANT);
    expect([queue.waiting, queue.isFullFor(late)]).toEqual([MAX_WAITING, true]);
    const batch = taken(queue);
    expect([queue.waiting, queue.isFullFor(late)]).toEqual([MAX_WAITING - sizeOf(batch), false]);
    queue.expire(Infinity);
    expect(queue.waiting).toBe(0);
  });
});
