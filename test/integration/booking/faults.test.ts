import { Types } from 'mongoose';
import { OutcomeUnknownError } from '../../../src/domain/errors';
import type { Answer, RegisterCommand } from '../../../src/domain/booking/commands';
import type { JournalId, RegistrationId } from '../../../src/domain/ids';
import type { TenantScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import { fromJournalRow } from '../../../src/store/journal.schema';
import { runMigrations } from '../../../src/store/migrations';
import { outcomeOf, publish, tally, untilTold } from '../../support/booking-client';
import { TestClock } from '../../support/clock';
import { makeEngine } from '../../support/engine';
import { whileFailing } from '../../support/fail-point';
import { endOpenTransactions, whileHeld } from '../../support/held-document';
import { brokenInvariants } from '../../support/invariants';
import { at, makeOccurrence, makeRegister, makeScope, NOW } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { until } from '../../support/until';

jest.setTimeout(60_000);

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const engineOf = (): ReturnType<typeof makeEngine> => makeEngine(database.connection, new TestClock());
const stored = (scope: TenantScope): Promise<number> =>
  database.connection.collection('registrations').countDocuments({ tenantId: new Types.ObjectId(scope.tenantId) });

describe('one command that cannot be written', () => {
  /** A journal row that is there already under the command's id: its insert hits the unique `_id`. */
  async function doctored(scope: TenantScope, command: RegisterCommand): Promise<RegisterCommand> {
    const row = fromJournalRow({
      id: command.journalId,
      tenantId: scope.tenantId,
      type: 'USER_JOINED',
      target: 'user:somebody',
      version: 1,
      actor: 's:test',
      requestId: 'test',
      p: {},
      at: NOW,
    });
    await database.connection.collection('journal').insertOne(row);
    return command;
  }

  it.each<[string, (scope: TenantScope, command: RegisterCommand) => Promise<RegisterCommand>]>([
    ['a unique key is taken (E11000)', doctored],
    ['the validator refuses it (121)', (_scope, command) => Promise.resolve({ ...command, seats: 1.5 })],
  ])('fails alone and with an alarm, and its thirty neighbours succeed: %s', async (_name, poisoned) => {
    const scope = makeScope();
    const occurrence = makeOccurrence(scope.tenantId, { capacity: 40 });
    await publish(database.connection, [occurrence]);
    const { engine, batch, alarms } = engineOf();
    const commands = Array.from({ length: 31 }, () => makeRegister(occurrence));
    commands[12] = await poisoned(scope, makeRegister(occurrence));
    const settled = await Promise.allSettled(commands.map((command) => engine.submit(scope, command)));
    const told = settled.map((one) => (one.status === 'fulfilled' ? outcomeOf(one.value) : 'thrown'));
    expect(tally(told)).toEqual({ done: 30, thrown: 1 });
    expect(told[12]).toBe('thrown');
    expect(alarms).toMatchObject([{ alarm: 'booking', kind: 'register' }]);
    expect(batch.stats.bisected).toBeGreaterThan(0);
    expect(await stored(scope)).toBe(30);
  });
});

describe('a document that somebody else holds', () => {
  it('ends in BUSY without any effect, and the client that repeats gets its seat', async () => {
    const scope = makeScope();
    const occurrence = makeOccurrence(scope.tenantId);
    await publish(database.connection, [occurrence]);
    const { engine, alarms } = engineOf();
    const command = makeRegister(occurrence);
    const held = { collection: 'occurrences', filter: { _id: new Types.ObjectId(occurrence.id) } };
    const answer = await whileHeld(database.connection, held, () => engine.submit(scope, command));
    expect(answer).toMatchObject({ refusal: { code: 'BUSY', retryAfterMs: expect.any(Number) as number } });
    expect(await stored(scope)).toBe(0);
    expect(outcomeOf(await engine.submit(scope, command))).toBe('done');
    expect(alarms).toEqual([]);
  });

  it('is waited for while it is short: the answer is yes', async () => {
    const scope = makeScope();
    const occurrence = makeOccurrence(scope.tenantId);
    await publish(database.connection, [occurrence]);
    const { engine, unitOfWork } = engineOf();
    let asked: Promise<Answer> | undefined;
    await whileHeld(
      database.connection,
      { collection: 'occurrences', filter: { _id: new Types.ObjectId(occurrence.id) } },
      async () => {
        asked = engine.submit(scope, makeRegister(occurrence));
        await until(() => unitOfWork.stats.aborted > 0, 'the holder has got in the way');
      },
    );
    expect(outcomeOf((await asked) as Answer)).toBe('done');
  });
});

describe('a commit that nobody confirms', () => {
  const failCommands = ['commitTransaction'];
  const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };

  it('is OUTCOME_UNKNOWN when the server cannot be asked; the same key settles it: one effect', async () => {
    const scope = makeScope();
    const occurrence = makeOccurrence(scope.tenantId);
    await publish(database.connection, [occurrence]);
    const { engine } = engineOf();
    const idempotency = { id: `${scope.tenantId}|u:1|lost`, hash: 'hash', expiresAt: at(48) };
    const command = makeRegister(occurrence, { idempotency });
    const lost = whileFailing(database.connection, { failCommands, closeConnection: true }, () =>
      engine.submit(scope, command),
    );
    await expect(lost).rejects.toThrow(OutcomeUnknownError);
    await endOpenTransactions(database.connection);
    const again = { ...command, registrationId: newId<RegistrationId>(), journalId: newId<JournalId>() };
    expect(['done', 'replayed']).toContain(outcomeOf(await untilTold(engine, scope, again)));
    expect(outcomeOf(await untilTold(engine, scope, again))).toBe('replayed');
    expect(await stored(scope)).toBe(1);
  });

  it.each([
    ['the connection was lost once', { closeConnection: true, times: 1 }],
    ['the connection was lost three times', { closeConnection: true, times: 3 }],
    ['the server doubts it once', { writeConcernError, times: 1 }],
    ['the server always doubts it: the journal row is the witness', { writeConcernError }],
  ])('is settled, told as done, and happened once: %s', async (_name, failure) => {
    const scope = makeScope();
    const occurrence = makeOccurrence(scope.tenantId, { capacity: 3 });
    await publish(database.connection, [occurrence]);
    const { engine, unitOfWork, alarms } = engineOf();
    const answers = await whileFailing(database.connection, { failCommands, ...failure }, () =>
      Promise.all([1, 2, 3].map(() => engine.submit(scope, makeRegister(occurrence)))),
    );
    expect(answers.map(outcomeOf)).toEqual(['done', 'done', 'done']);
    expect(await stored(scope)).toBe(3);
    expect(unitOfWork.stats).toEqual({ committed: 1, aborted: 0, conflicts: 0 });
    expect(alarms).toEqual([]);
  });

  it('of a batch that changed nothing is decided again: there is nothing to doubt', async () => {
    const scope = makeScope();
    const closed = makeOccurrence(scope.tenantId, { capacity: 0 });
    await publish(database.connection, [closed]);
    const { engine } = engineOf();
    const failure = { failCommands, writeConcernError, times: 6 };
    const answer = await whileFailing(database.connection, failure, () => engine.submit(scope, makeRegister(closed)));
    expect(outcomeOf(answer)).toBe('REGISTRATION_CLOSED');
  });
});

test('draining answers everybody who was in the queue', async () => {
  const scope = makeScope();
  const occurrence = makeOccurrence(scope.tenantId, { capacity: 100 });
  await publish(database.connection, [occurrence]);
  const { engine } = engineOf();
  let told = 0;
  const asked = Array.from({ length: 500 }, async () => {
    const answer = await engine.submit(scope, makeRegister(occurrence));
    told += 1;
    return outcomeOf(answer);
  });
  await engine.drain();
  expect(told).toBe(500);
  expect(tally(await Promise.all(asked))).toEqual({ done: 100, OCCURRENCE_FULL: 400 });
});
