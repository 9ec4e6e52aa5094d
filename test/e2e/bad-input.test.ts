import { badCases, allChoices, type BadCase } from '../support/bad-input/cases';
import { choosing, spoiled } from '../support/bad-input/spoiled';
import { databaseHash } from '../support/database-hash';
import { rawPost, type RawAnswer } from '../support/raw-post';
import { testService } from '../support/service';
import { succeeded } from '../support/walk/answer';
import { furnished, type Furnished } from '../support/walk/mirrored';
import { type Args, sampleOf } from '../support/walk/samples';
import { operations, type WireOperation } from '../support/wire';

jest.setTimeout(30_000);

const service = testService();
let world: Furnished;
/** Right arguments of each operation: what is spoiled one field at a time. */
const right = new Map<string, Args>();
let untouched: string;

const rightArgs = async ({ name }: WireOperation): Promise<Args> =>
  sampleOf(name).args(world.organization, world.organization.admin);
const ask = ({ document: query }: WireOperation, variables: Args): Promise<RawAnswer> =>
  rawPost(service.url, { query, variables, token: world.organization.admin.token });

beforeAll(async () => {
  world = await furnished(service, 'A');
  for (const operation of operations) right.set(operation.name, await rightArgs(operation));
  untouched = await databaseHash(service.connection);
});

const cases = badCases();
const casesOf = ({ name }: WireOperation) =>
  cases
    .filter(({ position }) => position.operation.name === name)
    .map((one) => [one.told, one.what.slice(0, 60), one] as [string, string, BadCase]);
const spoilable = operations.filter((operation) => casesOf(operation).length > 0);

/** Says no, in words, of the field that is wrong. */
async function expectRefusal(one: BadCase): Promise<void> {
  const { operation } = one.position;
  const answer = await ask(operation, spoiled(right.get(operation.name) ?? {}, one));
  expect(answer.status).toBeLessThan(500);
  const codes = answer.body.errors?.map(({ extensions }) => extensions.code);
  expect({ codes: [...new Set(codes)], data: answer.body.data ?? null }).toEqual({
    codes: ['BAD_USER_INPUT'],
    data: null,
  });
  const fields = answer.body.errors?.flatMap(({ extensions }) => extensions.fields ?? []) ?? [];
  const paths = fields.map(({ path }) => path);
  expect({
    told: one.told,
    paths,
    isTold: paths.some((path) => `${path}.`.startsWith(`${one.told}.`)),
  }).toMatchObject({
    isTold: true,
  });
  expect(answer.text).not.toMatch(/node_modules|\bat .*\.[jt]s:\d+|MongoServerError|CastError/);
  expect(answer.text.length).toBeLessThan(20_000);
}

describe('a value that does not fit', () => {
  it('is tried in every place of the schema', () => {
    expect(cases.length).toBeGreaterThanOrEqual(300);
    expect(spoilable.flatMap(casesOf)).toHaveLength(cases.length);
  });

  describe.each(spoilable.map((operation) => [operation.name, operation] as const))('in %s', (_name, operation) => {
    it.each(casesOf(operation))('%s: %s', (_where, _what, one) => expectRefusal(one));

    it('has written nothing', async () => {
      expect(await databaseHash(service.connection)).toBe(untouched);
    });
  });

  it('leaves no trace on the objects of the process', () => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('the same with every field right', () => {
  const variants = operations.flatMap((operation) => [
    [operation.name, 'as it is', operation, []] as const,
    ...allChoices(operation).map((choice) => [operation.name, `with ${choice.name}`, operation, [choice]] as const),
  ]);

  it.each(variants)('goes through: %s, %s', async (name, _how, operation, choices) => {
    const answer = await ask(operation, choosing(await rightArgs(operation), choices));
    expect({ answer: answer.body, ok: succeeded(answer, name) }).toMatchObject({ ok: true });
  });
});
