import { type Model, type QueryFilter, Schema, trusted, Types } from 'mongoose';
import { testDatabase } from '../../support/mongo';

/*
 * What Mongoose does with values that carry operators, past every scalar and every repository of ours: the settings of
 * `openConnection` hold by themselves. One probe for each hole that was known in some version.
 */
interface Thing {
  name: string;
  secret: string;
  owner?: Types.ObjectId;
}

const database = testDatabase();
const schema = new Schema<Thing>({
  name: String,
  secret: String,
  owner: { type: Schema.Types.ObjectId, ref: 'Thing' },
});
let things: Model<Thing>;

/** As it comes from a request: nothing of it is of a type that the compiler knows. */
const sent = (json: string): QueryFilter<Thing> => JSON.parse(json) as QueryFilter<Thing>;
const OPERATORS = [
  '{"$ne":null}',
  '{"$gt":""}',
  '{"$regex":".*"}',
  '{"$in":["a","b"]}',
  '{"$nin":[]}',
  '{"$exists":true}',
  '{"$not":{"$eq":"x"}}',
];

beforeAll(async () => {
  things = database.connection.model<Thing>('Thing', schema, 'things');
  const owner = await things.create({ name: 'a', secret: 's1' });
  await things.create({ name: 'b', secret: 's2', owner: owner._id });
});

/** How many it found; what is refused found none. */
const found = async (asked: () => Promise<unknown>): Promise<number> => {
  try {
    const answer = await asked();
    return typeof answer === 'number' ? answer : [answer].flat().filter((one) => one !== null).length;
  } catch {
    return 0;
  }
};

describe('N1, N2: an operator in the place of a value', () => {
  const ways: Readonly<Record<string, (filter: QueryFilter<Thing>) => Promise<unknown>>> = {
    find: (filter) => things.find(filter).exec(),
    findOne: (filter) => things.findOne(filter).exec(),
    'countDocuments (CVE-2026-125120)': (filter) => things.countDocuments(filter).exec(),
    'cursor (CVE-2026-125120)': async (filter) => {
      const all: Thing[] = [];
      for await (const one of things.find(filter).cursor()) all.push(one);
      return all;
    },
    distinct: (filter) => things.distinct('name', filter).exec(),
    exists: (filter) => things.exists(filter).exec(),
    updateMany: async (filter) => (await things.updateMany(filter, { secret: 'changed' }).exec()).matchedCount,
    findOneAndUpdate: (filter) => things.findOneAndUpdate(filter, { secret: 'changed' }).exec(),
    deleteMany: async (filter) => (await things.deleteMany(filter).exec()).deletedCount,
  };

  it.each(Object.entries(ways))('finds nothing: %s', async (_name, way) => {
    for (const operator of OPERATORS) {
      expect({ operator, found: await found(() => way(sent(`{"name":${operator}}`))) }).toEqual({ operator, found: 0 });
    }
    expect(await things.countDocuments({ secret: 'changed' })).toBe(0);
    expect(await things.estimatedDocumentCount()).toBe(2);
  });

  it('negative control: the same filters, marked as ours, find everything', async () => {
    for (const operator of OPERATORS) {
      const filter = { name: trusted(sent(operator)) } as QueryFilter<Thing>;
      const all = await things.find(filter).exec();
      expect({ operator, found: all.length }).toEqual({ operator, found: 2 });
    }
  });
});

describe('N2: holes that were', () => {
  it('CVE-2026-42334: $nor and its like do not carry operators past the filter', async () => {
    for (const logical of ['$nor', '$or', '$and']) {
      const filter = sent(`{"${logical}":[{"name":{"$eq":"nobody"}},{"secret":{"$gt":""}}]}`);
      const all = await found(() => things.find(filter).exec());
      // Taken for a value, none of the two applies: $nor is true of everything, the others of nothing.
      expect({ logical, all }).toEqual({ logical, all: logical === '$nor' ? all : 0 });
      expect(await found(() => things.find(sent(`{"${logical}":[{"$where":"1==1"}]}`)).exec())).toBe(0);
    }
  });

  it.each(['{"$where":"1==1"}', '{"$or":[{"$where":"1==1"}]}', '{"$nor":[{"$where":"0==1"}]}'])(
    'CVE-2024-53900, CVE-2025-23061: code in the match of a populate is not run: %s',
    async (match) => {
      const populate = things
        .find({ name: 'b' })
        .populate({ path: 'owner', match: sent(match) })
        .exec();
      await expect(populate).rejects.toThrow();
    },
  );

  it.each([
    '{"$set":{"__proto__.polluted":1}}',
    '{"__proto__.polluted":1}',
    '{"$set":{"constructor.prototype.polluted":1}}',
  ])('a path through __proto__ pollutes nothing: %s', async (update) => {
    await found(async () => (await things.updateOne({ name: 'a' }, sent(update)).exec()).modifiedCount);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('a key that the schema does not have is refused, not dropped', async () => {
    await expect(things.find({ nmae: 'a' }).exec()).rejects.toThrow(/nmae/);
  });
});
