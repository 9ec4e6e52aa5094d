import { type Model, trusted, Types } from 'mongoose';
import { UnscopedQueryError } from '../../../src/store/tenant-guard.plugin';
import { runMigrations } from '../../../src/store/migrations';
import type { UserDoc } from '../../../src/store/user.schema';
import { testDatabase } from '../../support/mongo';
import { modelsOn } from '../../support/store';

const database = testDatabase();
let users: Model<UserDoc>;
const tenantId = new Types.ObjectId();
const user = (): UserDoc => ({
  _id: new Types.ObjectId(),
  tenantId,
  accountId: new Types.ObjectId(),
  name: 'Ada',
  email: 'ada@example.com',
  role: 'USER',
  status: 'ACTIVE',
  version: 1,
  createdAt: new Date('2027-01-04T09:00:00Z'),
});

beforeAll(async () => {
  await runMigrations(database.connection);
  users = modelsOn(database.connection).user;
  await users.insertMany([user()]);
});

type Filter = Record<string, unknown>;
const set = { $set: { name: 'Eve' } };

/** Every way that Mongoose has to reach documents by a filter. */
const OPERATIONS: Readonly<Record<string, (filter: Filter) => Promise<unknown>>> = {
  find: (filter) => users.find(filter).exec(),
  findOne: (filter) => users.findOne(filter).exec(),
  'find, one by one': (filter) => users.find(filter).cursor().next(),
  exists: async (filter) => users.exists(filter),
  countDocuments: (filter) => users.countDocuments(filter).exec(),
  distinct: (filter) => users.distinct('name', filter).exec(),
  findOneAndUpdate: (filter) => users.findOneAndUpdate(filter, set).exec(),
  findOneAndReplace: (filter) => users.findOneAndReplace(filter, user()).exec(),
  findOneAndDelete: (filter) => users.findOneAndDelete(filter).exec(),
  updateOne: (filter) => users.updateOne(filter, set).exec(),
  updateMany: (filter) => users.updateMany(filter, set).exec(),
  replaceOne: (filter) => users.replaceOne(filter, user()).exec(),
  deleteOne: (filter) => users.deleteOne(filter).exec(),
  deleteMany: (filter) => users.deleteMany(filter).exec(),
  aggregate: (filter) => users.aggregate([{ $match: filter }]).exec(),
  'aggregate, one by one': (filter) =>
    users
      .aggregate([{ $match: filter }])
      .cursor()
      .next(),
  'bulkWrite update': (filter) => users.bulkWrite([{ updateMany: { filter, update: set } }]),
  'bulkWrite delete': (filter) => users.bulkWrite([{ deleteMany: { filter } }]),
};

const UNSCOPED: readonly (readonly [string, () => Filter])[] = [
  ['no tenant at all', () => ({})],
  ['undefined', () => ({ tenantId: undefined })],
  ['null', () => ({ tenantId: null })],
  ['an empty text', () => ({ tenantId: '' })],
  ['a text that is no id', () => ({ tenantId: 'acme' })],
  ['an empty object', () => ({ tenantId: {} })],
  ['an empty list', () => ({ tenantId: [] })],
  ['an operator', () => ({ tenantId: { $ne: new Types.ObjectId() } })],
  ['an operator that was let through', () => ({ tenantId: trusted({ $exists: true }) })],
  ['a tenant inside an $or', () => ({ $or: [{ tenantId }, { name: 'Ada' }] })],
];

const cases = Object.keys(OPERATIONS).flatMap((operation) =>
  UNSCOPED.map(([what, filter]) => ({ operation, what, filter })),
);

describe('the seat belt of tenant isolation', () => {
  it.each(cases)('$operation with $what throws [T6]', async ({ operation, filter }) => {
    await expect(OPERATIONS[operation]?.(filter())).rejects.toThrow(UnscopedQueryError);
    expect(await users.countDocuments({ tenantId, name: 'Ada' })).toBe(1);
  });

  it.each(Object.keys(OPERATIONS).filter((name) => !/delete|replace/i.test(name)))(
    '%s with a tenant does not',
    async (operation) => {
      await OPERATIONS[operation]?.({ tenantId, name: 'Nobody' });
      await OPERATIONS[operation]?.({ tenantId: tenantId.toHexString(), name: 'Nobody' }).catch((error: unknown) => {
        expect(error).not.toBeInstanceOf(UnscopedQueryError);
      });
    },
  );

  it('inserting a document without a tenant throws', async () => {
    const rest: Partial<UserDoc> = user();
    delete rest.tenantId;

    await expect(users.insertMany([rest as UserDoc])).rejects.toThrow(UnscopedQueryError);
    await expect(users.insertMany([user(), rest as UserDoc])).rejects.toThrow(UnscopedQueryError);
    await expect(users.bulkWrite([{ insertOne: { document: rest as UserDoc } }])).rejects.toThrow(UnscopedQueryError);
  });

  it('counting every tenant, or a pipeline that starts with something else, throws', async () => {
    await expect(users.estimatedDocumentCount().exec()).rejects.toThrow(UnscopedQueryError);
    await expect(users.aggregate([{ $group: { _id: '$tenantId' } }]).exec()).rejects.toThrow(UnscopedQueryError);
    await expect(users.aggregate([]).exec()).rejects.toThrow(UnscopedQueryError);
  });

  it('a misspelt tenant filter throws instead of matching every tenant', async () => {
    const misspelt = { tenant_id: tenantId, tenantId } as Filter;

    await expect(users.find(misspelt).exec()).rejects.toThrow(/tenant_id/);
    await expect(users.deleteMany(misspelt).exec()).rejects.toThrow(/tenant_id/);
    await expect(
      modelsOn(database.connection)
        .account.find({ tenant_id: tenantId } as Filter)
        .exec(),
    ).rejects.toThrow(/tenant_id/);
  });

  it('an operator where a value belongs is compared, not obeyed', async () => {
    await expect(users.find({ tenantId, name: { $ne: null } }).exec()).rejects.toThrow(/Cast/);
    await expect(users.countDocuments({ tenantId, name: { $regex: '.*' } }).exec()).rejects.toThrow(/Cast/);
  });
});
