import { badCases, type BadCase } from '../support/bad-input/cases';
import { inlineDocument } from '../support/bad-input/literal';
import { spoiled } from '../support/bad-input/spoiled';
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
const right = new Map<string, Args>();
let untouched: string;
beforeAll(async () => {
  world = await furnished(service, 'A');
  for (const { name } of operations) {
    right.set(name, await sampleOf(name).args(world.organization, world.organization.admin));
  }
  untouched = await databaseHash(service.connection);
});

const ask = (operation: WireOperation, args: Args): Promise<RawAnswer> => {
  const { token } = world.organization.admin;
  return rawPost(service.url, { query: inlineDocument(operation, args), variables: {}, token });
};

/** Of the cases at one place the first whose value can be written down in a document. */
const isPlain = ({ spoil }: BadCase): boolean =>
  ['number', 'boolean'].includes(typeof spoil({})) || spoil({}) === 'NOPE';
const onePerPlace = [
  ...new Map(
    badCases()
      .filter(isPlain)
      .reverse()
      .map((one) => [`${one.position.operation.name}(${one.told})`, one]),
  ),
].reverse();

describe('a value that does not fit, written into the document', () => {
  it.each(onePerPlace)('%s', async (_where, one) => {
    const { operation } = one.position;
    const answer = await ask(operation, spoiled(right.get(operation.name) ?? {}, one));
    expect(answer.status).toBeLessThan(500);
    const fields = answer.body.errors?.flatMap(({ extensions }) => extensions.fields ?? []) ?? [];
    expect(answer.body.errors?.map(({ extensions: { code } }) => code)).toContain('BAD_USER_INPUT');
    expect(fields.map(({ path }) => path)).toContain(one.told);
  });

  it('has written nothing, wherever it stood', async () => {
    expect(await databaseHash(service.connection)).toBe(untouched);
  });
});

describe('the same with every field right', () => {
  it.each(operations.map((operation) => [operation.name, operation] as const))(
    'goes through: %s',
    async (name, operation) => {
      // Made now: what went through before has used up or archived what those from the start name.
      const args = await sampleOf(name).args(world.organization, world.organization.admin);
      const answer = await ask(operation, args);
      expect({ answer: answer.body, ok: succeeded(answer, name) }).toMatchObject({ ok: true });
    },
  );
});
