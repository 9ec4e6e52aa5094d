import { TRUST_MS, TrustedReads } from '../../../../src/use-cases/people/trusted-reads';
import { TestClock } from '../../../support/clock';

const PEOPLE = ['ada', 'ben', 'cleo'];
let clock: TestClock;
let asked: string[];
let answers: Map<string, string | null>;

beforeEach(() => {
  clock = new TestClock();
  asked = [];
  answers = new Map(PEOPLE.map((name) => [name, 'USER']));
});

const read = (reads: TrustedReads<string | null>, name: string) =>
  reads.get(name, async () => {
    asked.push(name);
    return answers.get(name) ?? null;
  });
const readAll = (reads: TrustedReads<string | null>) => Promise.all(PEOPLE.map((name) => read(reads, name)));
const together = () => new TrustedReads<string | null>(clock, 'TOGETHER');

test('whoever was relied on lately is read again with the first of those that are due', async () => {
  const reads = together();
  await readAll(reads);
  clock.advance(TRUST_MS / 2);
  await readAll(reads);
  asked = [];

  clock.advance(TRUST_MS / 2);
  await read(reads, 'ada');
  expect(asked).toEqual(['ada', 'ben', 'cleo']);
  await readAll(reads);
  expect(asked).toHaveLength(PEOPLE.length);
});

test('whoever has not been seen since is not read again', async () => {
  const reads = together();
  await readAll(reads);
  clock.advance(TRUST_MS / 2);
  await read(reads, 'ben');
  asked = [];

  clock.advance(TRUST_MS / 2);
  await read(reads, 'ada');
  expect(asked).toEqual(['ada', 'ben']);
});

test('a "no" that was read along with others counts at once, and is asked for again', async () => {
  const reads = together();
  await readAll(reads);
  clock.advance(TRUST_MS / 2);
  await readAll(reads);
  answers.set('ben', null);
  clock.advance(TRUST_MS / 2);
  await read(reads, 'ada');

  expect(await read(reads, 'ben')).toBeNull();
  answers.set('ben', 'USER');
  expect(await read(reads, 'ben')).toBe('USER');
});

test('what is forgotten is not read along with others', async () => {
  const reads = together();
  await readAll(reads);
  clock.advance(TRUST_MS / 2);
  await readAll(reads);
  reads.forget('ben');
  asked = [];

  clock.advance(TRUST_MS / 2);
  await read(reads, 'ada');
  expect(asked).toEqual(['ada', 'cleo']);
});

test('a read for others that fails, or never ends, takes nothing from them before their time', async () => {
  for (const outcome of [
    () => Promise.reject(new Error('the database is gone')),
    () => new Promise<string>(() => {}),
  ]) {
    const reads = together();
    await read(reads, 'ada');
    clock.advance(TRUST_MS / 4);
    await read(reads, 'ben');
    clock.advance(TRUST_MS / 2);
    await reads.get('ben', outcome);
    clock.advance(TRUST_MS / 4);
    await read(reads, 'ada');
    await Promise.resolve();
    asked = [];

    expect(await read(reads, 'ben')).toBe('USER');
    expect(asked).toEqual([]);
    clock.advance(TRUST_MS / 4);
    expect(await read(reads, 'ben')).toBe('USER');
    expect(asked).toEqual(['ben']);
  }
});

test('what is forgotten while it is read along with others stays forgotten', async () => {
  const reads = together();
  await readAll(reads);
  clock.advance(TRUST_MS / 2);
  await readAll(reads);
  clock.advance(TRUST_MS / 2);
  const due = read(reads, 'ada');
  reads.forget('ben');
  await due;
  answers.set('ben', null);

  expect(await read(reads, 'ben')).toBeNull();
});

test('a read that fails is neither kept nor does it undo a later one', async () => {
  const reads = together();
  let fail: (error: Error) => void = () => undefined;
  const failing = reads.get('ada', () => new Promise((_resolve, reject) => (fail = reject)));
  reads.forget('ada');
  expect(await read(reads, 'ada')).toBe('USER');
  fail(new Error('the database is gone'));
  await expect(failing).rejects.toThrow('the database is gone');

  expect(await read(reads, 'ada')).toBe('USER');
  expect(asked).toEqual(['ada']);
});
