import { mongo } from 'mongoose';
import type { Reply } from './commands';
import type { SendOptions } from './memory-session';
import { isPlain, type Doc } from './values';

/** Whoever takes commands. */
interface Sender {
  send(command: Doc, options: SendOptions): Promise<Reply>;
}

/** The methods of a driver's collection that Mongoose and the tests call, each as its command. */
export class MemoryDriverCollection {
  constructor(
    private readonly client: Sender,
    private readonly name: string,
  ) {}

  find(filter: Doc = {}, { session, sort, limit, projection }: SendOptions = {}): MemoryCursor {
    return new MemoryCursor(this.client, { find: this.name, filter, sort, limit, projection }, { session });
  }

  async findOne(filter: Doc, options: SendOptions = {}): Promise<Doc | null> {
    return (await this.find(filter, { ...options, limit: 1 }).toArray())[0] ?? null;
  }

  async countDocuments(filter: Doc = {}, options: SendOptions = {}): Promise<number> {
    return (await this.find(filter, options).toArray()).length;
  }

  aggregate(pipeline: readonly Doc[], { session }: SendOptions = {}): MemoryCursor {
    return new MemoryCursor(this.client, { aggregate: this.name, pipeline }, { session });
  }

  async insertMany(documents: readonly Doc[], options: SendOptions = {}): Promise<object> {
    await this.write({ insert: this.name, documents }, options);
    return { acknowledged: true, insertedCount: documents.length, insertedIds: documents.map(({ _id }) => _id) };
  }

  async insertOne(document: Doc, options: SendOptions = {}): Promise<object> {
    await this.insertMany([document], options);
    return { acknowledged: true, insertedId: document['_id'] };
  }

  async updateOne(q: Doc, u: Doc, { session }: SendOptions = {}): Promise<object> {
    const reply = await this.write({ update: this.name, updates: [{ q, u }] }, { session });
    return { acknowledged: true, matchedCount: reply['n'], modifiedCount: reply['nModified'] };
  }

  async deleteMany(q: Doc, { session }: SendOptions = {}): Promise<object> {
    const reply = await this.write({ delete: this.name, deletes: [{ q, limit: 0 }] }, { session });
    return { acknowledged: true, deletedCount: reply['n'] };
  }

  /** The driver's own methods throw what a command tells inside its answer. */
  private async write(command: Doc, options: SendOptions): Promise<Reply> {
    const reply = await this.client.send(command, options);
    const [error] = (reply['writeErrors'] ?? []) as { code: number; errmsg: string }[];
    if (error) throw new mongo.MongoServerError({ message: error.errmsg, ...error });
    return reply;
  }
}

class MemoryCursor {
  #sort: unknown;

  constructor(
    private readonly client: Sender,
    private readonly command: Doc,
    private readonly options: SendOptions,
  ) {
    this.#sort = command['sort'];
  }

  sort(by: Doc): this {
    this.#sort = by;
    return this;
  }

  async toArray(): Promise<Doc[]> {
    const asked = { ...this.command, ...(this.#sort ? { sort: this.#sort } : {}), batchSize: Infinity };
    const reply = await this.client.send(asked, this.options);
    const { cursor } = reply;
    return isPlain(cursor) ? (cursor['firstBatch'] as Doc[]) : [];
  }
}
