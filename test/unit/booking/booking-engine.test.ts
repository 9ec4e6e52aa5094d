import { refused, type Answer, type BookingCommand } from '../../../src/domain/booking/commands';
import { MAX_EFFECTS } from '../../../src/domain/booking/decide';
import type { OccurrenceId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { Metrics } from '../../../src/platform/metrics';
import type { OccurrenceRepository } from '../../../src/store/occurrence.repository';
import { RETRY_BUDGET_MS, type UnitOfWork } from '../../../src/store/unit-of-work';
import type { BookingBatch, Settled } from '../../../src/use-cases/booking-batch';
import { BookingEngine } from '../../../src/use-cases/booking-engine';
import { MAX_WAITING_EDITS, MAX_WAITING_PER_TENANT } from '../../../src/use-cases/booking-queue';
import { outcomeOf } from '../../support/booking-client';
import { makeOccurrence, makeRegister, makeScope } from '../../support/make';

/** A promise that the test settles. */
function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const scope = makeScope();
const occurrence = makeOccurrence(scope.tenantId);
const full = refused({ code: 'OCCURRENCE_FULL', seatsLeft: 0, nextWithSeats: null });

/** The engine's queueing alone: transactions last until the test says so. */
function engineWith(findNextWithSeats: OccurrenceRepository['findNextWithSeats']) {
  const batches: { commands: readonly BookingCommand[]; end: (settled: Settled[]) => void }[] = [];
  const batch = {
    isExhausted: () => false,
    run: (_scope: unknown, commands: readonly BookingCommand[]) => {
      const { promise, resolve } = later<Settled[]>();
      batches.push({ commands, end: resolve });
      return promise;
    },
  };
  const engine = new BookingEngine(
    batch as unknown as BookingBatch,
    {} as UnitOfWork,
    { findNextWithSeats } as unknown as OccurrenceRepository,
    new Metrics(),
  );
  const end = (index: number, answer: Answer): void => {
    const { commands, end: settle } = batches[index] ?? { commands: [], end: () => undefined };
    settle(commands.map(() => ({ answer, occurrence })));
  };
  return { engine, batches, end };
}

afterEach(() => jest.restoreAllMocks());

test('what arrives in one turn of the event loop shares one transaction', async () => {
  const { engine, batches } = engineWith(() => Promise.resolve(null));
  void engine.submit(scope, makeRegister(occurrence));
  void engine.submit(scope, makeRegister(occurrence));
  await nextTurn();
  expect(batches.map(({ commands }) => commands.length)).toEqual([2]);
});

test('a command past its deadline is answered BUSY and never started', async () => {
  const { engine, batches, end } = engineWith(() => Promise.resolve(null));
  void engine.submit(scope, makeRegister(occurrence));
  await nextTurn();
  const waiting = engine.submit(scope, makeRegister(occurrence));
  const late = performance.now() + RETRY_BUDGET_MS;
  jest.spyOn(performance, 'now').mockReturnValue(late + 1);
  end(0, full);
  expect(outcomeOf(await waiting)).toBe('BUSY');
  expect(batches).toHaveLength(1);
});

test('a long queue says BUSY at once, with the time it would take', async () => {
  const { engine, end } = engineWith(() => Promise.resolve(null));
  const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
  const slow = engine.submit(scope, makeRegister(occurrence));
  await nextTurn();
  clock.mockReturnValue(10_000);
  end(0, full);
  await slow;
  // The running mean says 2 s per transaction now; three full ones wait.
  for (let n = 0; n < 3 * MAX_EFFECTS; n += 1) void engine.submit(scope, makeRegister(occurrence));
  expect(await engine.submit(scope, makeRegister(occurrence))).toEqual(refused({ code: 'BUSY', retryAfterMs: 6_000 }));
});

test('draining ends when everybody is answered, also who is still being offered another date', async () => {
  const lookup = later<OccurrenceId | null>();
  const { engine, end } = engineWith(() => lookup.promise);
  let told: Answer | null = null;
  void engine.submit(scope, makeRegister(occurrence)).then((answer) => (told = answer));
  await nextTurn();
  let drained = false;
  const draining = engine.drain().then(() => (drained = true));
  end(0, full);
  await nextTurn();
  expect([drained, told]).toEqual([false, null]);
  const next = newId<OccurrenceId>();
  lookup.resolve(next);
  await draining;
  expect(told).toMatchObject({ refusal: { nextWithSeats: next } });
});

test('while draining, and after it, everything new is told BUSY; draining twice is draining', async () => {
  const { engine, end } = engineWith(() => Promise.resolve(null));
  void engine.submit(scope, makeRegister(occurrence));
  await nextTurn();
  const both = [engine.drain(), engine.drain()];
  expect(outcomeOf(await engine.submit(scope, makeRegister(occurrence)))).toBe('BUSY');
  await expect(engine.submitEdit(scope, () => Promise.resolve(1))).rejects.toMatchObject({ code: 'BUSY' });
  end(0, full);
  await Promise.all(both);
});

test('a queue that is full of commands says BUSY at once, and other tenants and edits still get in', async () => {
  const { engine, batches } = engineWith(() => Promise.resolve(null));
  for (let n = 0; n < MAX_WAITING_PER_TENANT; n += 1) void engine.submit(scope, makeRegister(occurrence));
  expect(outcomeOf(await engine.submit(scope, makeRegister(occurrence)))).toBe('BUSY');
  expect(engine.waiting).toBe(MAX_WAITING_PER_TENANT);
  const edit = (): Promise<unknown> => engine.submitEdit(scope, () => Promise.resolve(1));
  // Their turn never comes here.
  for (let n = 0; n < MAX_WAITING_EDITS; n += 1) void edit().catch(() => undefined);
  expect(engine.waiting).toBe(MAX_WAITING_PER_TENANT + MAX_WAITING_EDITS);
  await expect(edit()).rejects.toMatchObject({ code: 'BUSY' });
  const other = makeScope();
  void engine.submit(other, makeRegister(makeOccurrence(other.tenantId)));
  await nextTurn();
  expect(batches.map(({ commands }) => commands.length)).toEqual([MAX_EFFECTS, 1]);
});
