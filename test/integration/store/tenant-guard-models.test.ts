import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose, { type Model, type PipelineStage, Types } from 'mongoose';
import { COLLECTIONS } from '../../../src/store/collections';
import { runMigrations } from '../../../src/store/migrations';
import { UnscopedQueryError } from '../../../src/store/tenant-guard.plugin';
import { testDatabase } from '../../support/mongo';
import { modelsOn } from '../../support/store';

/*
 * T5: the seat belt on every model that organizations share, for every way that this version of Mongoose has. What a single
 * model does with every kind of unscoped filter is in tenant-guard.test.ts.
 */
const database = testDatabase();
beforeAll(() => runMigrations(database.connection));

interface Owned {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
}
type AnyModel = Model<Owned>;
const shared = COLLECTIONS.filter(({ tenantOwned }) => tenantOwned).map(({ name }) => name);
const modelOf = (collection: string): AnyModel => {
  const models = Object.values(modelsOn(database.connection)) as unknown as AnyModel[];
  const found = models.find((model) => model.collection.name === collection);
  if (found === undefined) throw new Error(`no model of ${collection}`);
  return found;
};
/** Reached in the driver's form alone: no model, so none of Mongoose's ways (the contract test has them). */
const WITHOUT_A_MODEL = ['timeLocks', 'journal', 'deliveries', 'idempotency'];
const modelled = shared.filter((name) => !WITHOUT_A_MODEL.includes(name));

const id = new Types.ObjectId();
const set = { $set: { tenantId: id } };
const pipeline: PipelineStage[] = [{ $match: {} }];

/** Each way to reach documents without saying whose. */
const WAYS: Readonly<Record<string, (model: AnyModel) => Promise<unknown>>> = {
  find: (model) => model.find({}).exec(),
  findAndCount: (model) => model.findAndCount({}, null, { sort: { _id: 1 }, limit: 1 }),
  findOne: (model) => model.findOne({}).exec(),
  findById: (model) => model.findById(id).exec(),
  exists: (model) => model.exists({}).exec(),
  where: (model) => model.where('_id', id).exec(),
  $where: (model) => model.$where('true').exec(),
  countDocuments: (model) => model.countDocuments({}).exec(),
  estimatedDocumentCount: (model) => model.estimatedDocumentCount().exec(),
  distinct: (model) => model.distinct('_id', {}).exec(),
  updateOne: (model) => model.updateOne({}, set).exec(),
  updateMany: (model) => model.updateMany({}, set).exec(),
  replaceOne: (model) => model.replaceOne({}, {}).exec(),
  deleteOne: (model) => model.deleteOne({}).exec(),
  deleteMany: (model) => model.deleteMany({}).exec(),
  findOneAndUpdate: (model) => model.findOneAndUpdate({}, set).exec(),
  findByIdAndUpdate: (model) => model.findByIdAndUpdate(id, set).exec(),
  findOneAndReplace: (model) => model.findOneAndReplace({}, {}).exec(),
  findOneAndDelete: (model) => model.findOneAndDelete({}).exec(),
  findByIdAndDelete: (model) => model.findByIdAndDelete(id).exec(),
  aggregate: (model) => model.aggregate(pipeline).exec(),
  insertMany: (model) => model.insertMany([{}]),
  bulkWrite: (model) => model.bulkWrite([{ updateMany: { filter: {}, update: set } }]),
};

/** Statics that neither read nor write documents of a collection. */
const HARMLESS = [
  ...['init', 'compile', 'discriminator', 'inspect', 'namespace', 'recompileSchema', 'useConnection', 'startSession'],
  ...[
    'createCollection',
    'syncIndexes',
    'diffIndexes',
    'cleanIndexes',
    'listIndexes',
    'ensureIndexes',
    'createIndexes',
  ],
  ...['createSearchIndex', 'createSearchIndexes', 'updateSearchIndex', 'dropSearchIndex', 'listSearchIndexes'],
  ...['applyDefaults', 'applyVirtuals', 'applyTimestamps', 'castObject', 'hydrate', 'validate', 'translateAliases'],
  ...['buildBulkWriteOperations', 'clientEncryption'],
];
/** The seat belt does not see these: they take documents and not filters, or follow changes. The last test has them. */
const UNUSED = ['create', 'insertOne', 'bulkSave', 'populate', 'watch'];

it('T5: every way that this version of Mongoose has is known here', () => {
  const statics = Object.getOwnPropertyNames(mongoose.Model).filter(
    (name) =>
      typeof Object.getOwnPropertyDescriptor(mongoose.Model, name)?.value === 'function' &&
      !/^(_|\$__)/.test(name) &&
      !(name in EventEmitter.prototype),
  );
  expect(statics.length).toBeGreaterThan(40);
  expect(statics.sort()).toEqual([...Object.keys(WAYS), ...HARMLESS, ...UNUSED].sort());
});

describe.each(modelled)('T5: without a tenant, %s', (collection) => {
  it.each(Object.entries(WAYS))('%s throws', async (_name, way) => {
    await expect(way(modelOf(collection))).rejects.toThrow(UnscopedQueryError);
  });
});

it('T5: a reference is not followed to another organization: the query behind it names no tenant', async () => {
  const events = modelOf('events');
  const eventId = new Types.ObjectId();
  const path = { path: 'eventId', model: events, foreignField: '_id', localField: 'eventId' };
  await expect(modelOf('occurrences').populate({ _id: id, tenantId: id, eventId }, path)).rejects.toThrow(
    UnscopedQueryError,
  );
});

describe('T5, T10: what the seat belt cannot see', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path: join('src', path), text: readFileSync(join('src', path), 'utf8') }));
  const filesWith = (pattern: RegExp): string[] =>
    sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it('is nowhere: no way without a filter, no second collection in a pipeline, no hooks switched off', () => {
    expect(filesWith(new RegExp(`[mM]odel\\s*\\.(${UNUSED.join('|')})\\(`))).toEqual([]);
    expect(filesWith(/\.populate\(|\$lookup|\$unionWith|\$graphLookup|\$merge|\$out\b/)).toEqual([]);
    expect(filesWith(/middleware: false|skipMiddleware|\$where/)).toEqual([]);
  });

  it('is in few places, each known: the collection itself, without Mongoose', () => {
    expect(filesWith(/\.collection\(/).sort()).toEqual([
      'src/store/account.repository.ts', // accounts belong to no organization
      'src/store/migrations.ts',
      'src/store/time-zone-data.repository.ts', // one document in all, of no organization
      'src/store/unit-of-work.ts', // was this commit seen? by the id of its own journal row
    ]);
    expect(filesWith(/\bdb\.command\(/).sort()).toEqual([
      'src/store/change-feed.ts', // every organization's journal rows, ids alone: brought to followers by their tenant
      'src/store/migrations.ts',
      'src/store/tenant-collection.ts', // adds the tenant
    ]);
  });
});
