import type { TenantId } from '../../../src/domain/ids';
import { tenantScope } from '../../../src/domain/scope';
import { MailFailedError } from '../../../src/platform/mail-transport';
import { newId } from '../../../src/platform/new-id';
import type { DeliveryDoc } from '../../../src/store/delivery.schema';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { testDatabase } from '../../support/mongo';
import { type Attempt, postOfficeOn, SECRET, type PostOffice } from '../../support/post-office';
import { until } from '../../support/until';

const database = testDatabase();
let clock: TestClock;
let office: PostOffice;
const deliveries = () => database.connection.collection<DeliveryDoc>('deliveries');
const journal = () => database.connection.collection('journal');
const only = async (): Promise<DeliveryDoc> => {
  const [one, ...more] = await deliveries().find().toArray();
  if (one === undefined || more.length > 0) throw new Error('there is not one delivery');
  return one;
};

beforeAll(() => runMigrations(database.connection));
beforeEach(async () => {
  clock = new TestClock();
  office = postOfficeOn(database.connection, clock);
  await deliveries().deleteMany({});
  await journal().deleteMany({});
});

const later = new MailFailedError('SMTP 450', false);
const never = new MailFailedError('SMTP 550', true);

describe('a mail', () => {
  it('is sent after its change was committed, and its row worked on, with what only the receiver may know', async () => {
    await office.write();
    expect(await office.worker.runDue()).toBe(0);
    expect(await office.dueWorker.runDue()).toBe(1);
    expect(await office.worker.runDue()).toBe(1);

    expect(office.postman.delivered).toMatchObject([{ to: 'ada@example.com' }]);
    expect(office.postman.delivered[0]!.text).toContain(SECRET);
    expect(await only()).toMatchObject({ sentAt: clock.now(), attempts: 1 });
    expect(await journal().findOne({})).not.toHaveProperty('due');
  });

  it('is not sent where the change was rolled back', async () => {
    const { store, outbox } = office;
    const scope = tenantScope(newId<TenantId>(), { kind: 'system', name: 'test' }, 'r');
    const row = await office.write();
    await deliveries().deleteMany({});
    const undone = store.unitOfWork.run(scope, async (tx) => {
      const mail = { row: { ...row, tenantId: scope.tenantId }, to: 'ada@example.com', kind: 'EMAIL_CODE' } as const;
      await outbox.add(tx, { ...mail, secret: SECRET, expiresAt: clock.now() });
      throw new Error('rolled back');
    });
    await expect(undone).rejects.toThrow('rolled back');

    expect(await deliveries().countDocuments()).toBe(0);
  });

  it('goes to the address that accounts are compared by, however it was typed', async () => {
    await office.write({ to: ' ｇrace@EXAMPLE.com ' });

    expect(await only()).toMatchObject({ to: 'grace@example.com' });
  });

  it.each([
    ['before its row was worked on', 0],
    ['while it waits to be tried again', 1],
  ])('is not sent once it was taken back, %s, and its secret is gone', async (_when, turns) => {
    office.postman.answer = () => later;
    const row = await office.write();
    for (let turn = 0; turn < turns; turn += 1) {
      await office.dueWorker.runDue();
      await office.worker.runDue();
    }
    const scope = tenantScope(row.tenantId, { kind: 'system', name: 'test' }, 'r');
    await office.store.unitOfWork.run(scope, (tx) => office.outbox.withdraw(tx, row, clock.now()));
    office.postman.answer = () => 'sent';
    clock.advance(60 * 60_000);
    await office.dueWorker.runDue();
    await office.worker.runDue();

    expect(office.postman.delivered).toEqual([]);
    expect(await only()).toMatchObject({ secret: null, lastError: 'withdrawn' });
  });

  it('that went out stays sent when it is taken back', async () => {
    const row = await office.write();
    await office.dueWorker.runDue();
    await office.worker.runDue();
    const scope = tenantScope(row.tenantId, { kind: 'system', name: 'test' }, 'r');
    await office.store.unitOfWork.run(scope, (tx) => office.outbox.withdraw(tx, row, clock.now()));

    expect(await only()).not.toHaveProperty('deadAt');
  });

  it('is sent once, however often its row is expanded', async () => {
    const { id } = await office.write();
    for (let again = 0; again < 3; again += 1) {
      await office.dueWorker.runDue();
      await office.worker.runDue();
      await journal().updateOne({}, { $set: { due: clock.now() } });
    }

    expect((await only())._id).toMatch(new RegExp(`^${id}\\|mail\\|[\\w-]{22}$`));
    expect(office.postman.tried).toHaveLength(1);
  });

  it('is sent once by many workers in many processes', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => office.write({ to: `p${n}@example.com` })));
    await office.dueWorker.runDue();
    const { postman } = office;
    const workers = Array.from({ length: 5 }, () => postOfficeOn(database.connection, clock, postman).worker);
    await Promise.all(workers.map((worker) => worker.runDue()));

    expect(new Set(postman.delivered.map(({ to }) => to)).size).toBe(20);
    expect(postman.tried).toHaveLength(20);
  });
});

describe('a secret', () => {
  const dump = async (): Promise<string> =>
    JSON.stringify(
      await Promise.all(['deliveries', 'journal'].map((name) => database.connection.collection(name).find().toArray())),
    );

  it('is nowhere in the database to be read while it waits, and gone once it is sent', async () => {
    await office.write();
    expect(await dump()).not.toContain(SECRET);
    expect((await only()).secret).toMatch(/^[0-9a-f]{8}\./);
    await office.dueWorker.runDue();
    await office.worker.runDue();

    expect((await only()).secret).toBeNull();
  });

  it.each([
    ['the receiver is refused', never, 0],
    ['it expires before it could be sent', later, 10 * 60_000],
  ])('is gone when %s', async (_what, failure, passing) => {
    office.postman.answer = () => failure;
    await office.write();
    await office.dueWorker.runDue();
    await office.worker.runDue();
    clock.advance(passing);
    await office.worker.runDue();

    expect(await only()).toMatchObject({ secret: null, deadAt: clock.now() });
    expect(await only()).not.toHaveProperty('due');
  });

  it('cannot be kept by a delivery that has ended: the database refuses it', async () => {
    await office.write();

    await expect(deliveries().updateOne({}, { $set: { sentAt: clock.now() } })).rejects.toMatchObject({ code: 121 });
    await expect(
      deliveries().updateOne({}, { $set: { sentAt: clock.now(), secret: null, due: clock.now() } }),
    ).rejects.toMatchObject({ code: 121 });
  });

  it('of one delivery is of no use in another', async () => {
    await office.write({ to: 'ada@example.com' });
    const { secret } = await only();
    await deliveries().deleteMany({});
    await office.write({ to: 'eve@example.com' });
    await deliveries().updateOne({}, { $set: { secret } });
    await office.dueWorker.runDue();
    await office.worker.runDue();

    expect(office.postman.tried).toEqual([]);
    expect(await only()).toMatchObject({ lastError: 'sealed with another key' });
  });
});

describe('a delivery that fails', () => {
  it('is tried again later and later, and not after what it carries has expired', async () => {
    office.postman.answer = () => later;
    await office.write({ minutes: 10 });
    await office.dueWorker.runDue();
    const pauses: number[] = [];
    for (let one = await only(); one.deadAt === undefined; one = await only()) {
      if ((await office.worker.runDue()) === 0) throw new Error('nothing was due');
      const { due } = await only();
      if (due === undefined) continue;
      pauses.push(due.getTime() - clock.now().getTime());
      clock.advance(due.getTime() - clock.now().getTime());
    }

    expect(pauses.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBe(10 * 60_000);
    expect(await only()).toMatchObject({ lastError: 'expired' });
    expect(office.alarms()).toEqual([]);
  });

  it('twelve times raises an alarm, once, and keeps no other from being sent', async () => {
    office.postman.answer = ({ to }) => (to === 'poison@example.com' ? later : 'sent');
    await office.write({ to: 'poison@example.com', minutes: 60 * 24 });
    await office.dueWorker.runDue();
    for (let n = 0; n < 14; n += 1) {
      await office.write({ to: `p${n}@example.com` });
      await office.dueWorker.runDue();
      await office.worker.runDue();
      clock.advance(15 * 60_000);
    }

    const poison = await deliveries().findOne({ to: 'poison@example.com' });
    expect(poison).toMatchObject({ attempts: 14, lastError: 'SMTP 450', secret: expect.any(String) as string });
    expect(office.alarms()).toMatchObject([{ alarm: 'delivery', delivery: poison?._id, reason: 'SMTP 450' }]);
    expect(office.postman.delivered).toHaveLength(14);
  });

  it('because the mail server is away for two days is sent when it is back', async () => {
    office.postman.answer = () => later;
    await office.write({ minutes: 7 * 24 * 60 });
    await office.dueWorker.runDue();
    for (let quarter = 0; quarter < 2 * 24 * 4; quarter += 1) {
      await office.worker.runDue();
      clock.advance(15 * 60_000);
    }
    office.postman.answer = () => 'sent';
    await office.worker.runDue();

    expect(office.postman.delivered).toMatchObject([{ text: expect.stringContaining(SECRET) as string }]);
    expect(await only()).toMatchObject({ sentAt: clock.now() });
  });

  it('for good is not tried again', async () => {
    office.postman.answer = () => never;
    await office.write();
    await office.dueWorker.runDue();
    await office.worker.runDue();
    clock.advance(3_600_000);
    await office.worker.runDue();

    expect(office.postman.tried).toHaveLength(1);
    expect(await only()).toMatchObject({ deadAt: expect.any(Date) as Date, lastError: 'SMTP 550' });
    expect(office.alarms()).toMatchObject([{ alarm: 'delivery' }]);
  });

  it('in a transport that hangs lets the others of its turn be sent', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    office.postman.answer = async ({ to }): Promise<Attempt> => {
      if (to === 'slow@example.com') await released;
      return 'sent';
    };
    for (const to of ['slow@example.com', 'a@example.com', 'b@example.com', 'c@example.com'])
      await office.write({ to });
    await office.dueWorker.runDue();
    const running = office.worker.runDue();
    await until(() => office.postman.delivered.length >= 3, 'the others are sent while one server hangs');
    release();
    await running;

    expect(office.postman.delivered).toHaveLength(4);
  });
});

describe('a process that dies', () => {
  it('between the commit and the sending leaves the mail to the next one', async () => {
    await office.write();
    const next = postOfficeOn(database.connection, clock);
    await next.dueWorker.runDue();
    await next.worker.runDue();

    expect(next.postman.delivered).toHaveLength(1);
  });

  it('after the sending and before the mark sends it twice, once its lease has ended, with the same id', async () => {
    await office.write();
    await office.dueWorker.runDue();
    const { delivered } = office.postman;
    const markSent = jest.spyOn(office.store.deliveries, 'markSent').mockRejectedValueOnce(new Error('it died'));
    await expect(office.worker.runDue()).rejects.toThrow('it died');
    markSent.mockRestore();
    const next = postOfficeOn(database.connection, clock, office.postman);
    clock.advance(59_999);
    expect(await next.worker.runDue()).toBe(0);
    clock.advance(1);
    expect(await next.worker.runDue()).toBe(1);

    expect(delivered.map(({ id }) => id)).toEqual([(await only())._id, (await only())._id]);
    expect(await only()).toMatchObject({ attempts: 2, sentAt: clock.now() });
  });

  it('each time it tries is not given the mail for ever', async () => {
    await office.write({ minutes: 60 });
    await office.dueWorker.runDue();
    await deliveries().updateMany({}, { $set: { unfinished: 12 } });
    await office.worker.runDue();

    expect(await only()).toMatchObject({ lastError: 'its workers die', secret: null });
    expect(office.postman.tried).toEqual([]);
  });
});

it('tells the log neither addresses nor secrets, whatever becomes of a mail', async () => {
  const answers = [later, never, 'crash', 'sent'] as const;
  for (const answer of answers) {
    office.postman.answer = () => answer;
    await office.write({ to: `canary-${answers.indexOf(answer)}@example.com` });
    await office.dueWorker.runDue();
    await office.worker.runDue();
    clock.advance(3_600_000);
    await office.worker.runDue();
  }

  expect(office.lines.length).toBeGreaterThan(3);
  expect(office.lines.join()).not.toMatch(new RegExp(`canary|${SECRET}`));
});
