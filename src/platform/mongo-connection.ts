import mongoose, { type Connection, type ConnectOptions } from 'mongoose';

export interface ConnectionSettings {
  /** Most sockets to one server. */
  readonly maxPoolSize: number;
  /** How long to look for a primary before a request fails, milliseconds. */
  readonly serverSelectionTimeoutMs: number;
}

/**
 * Every decision is read from the primary and acknowledged by a majority that has it on disk, also when the URI says
 * something weaker. Collections and indexes come from migrations, never from a model that happens to be loaded.
 */
export const connectionOptions = (settings: ConnectionSettings): ConnectOptions => ({
  appName: 'happening',
  autoIndex: false,
  autoCreate: false,
  readPreference: 'primary',
  readConcern: { level: 'local' },
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
  retryWrites: true,
  retryReads: true,
  maxPoolSize: settings.maxPoolSize,
  minPoolSize: 0,
  serverSelectionTimeoutMS: settings.serverSelectionTimeoutMs,
  connectTimeoutMS: 10_000,
  // On a local network compressing costs more time than it saves; `openConnection` takes it out of the URI as well.
  compressors: ['none'],
});

/**
 * `strictQuery: 'throw'`: with `true` a misspelt `{tenant_id}` would be dropped, and the filter would match every
 * tenant. `sanitizeFilter`: a value that arrives as `{$ne: null}` is compared, not obeyed.
 */
export function setMongooseGlobals(): void {
  mongoose.set('strictQuery', 'throw');
  mongoose.set('sanitizeFilter', true);
  mongoose.set('autoIndex', false);
  mongoose.set('autoCreate', false);
}

export class NotAReplicaSetError extends Error {
  constructor(address: string) {
    super(
      `The MongoDB server at ${address} is a standalone server, and Happening needs transactions: run it as a replica ` +
        'set. One node is enough: start mongod with --replSet happening and run rs.initiate() once; or leave ' +
        'MONGODB_URI unset, and the service starts its own.',
    );
    this.name = 'NotAReplicaSetError';
  }
}

export class NoMongoServerError extends Error {
  constructor(cause: Error) {
    super(`No MongoDB answers at MONGODB_URI: ${cause.message}`, { cause });
    this.name = 'NoMongoServerError';
  }
}

/** Its options, its hosts or its user are not what they should be. The driver names no password. */
export class UnusableMongoUriError extends Error {
  constructor(cause: Error) {
    super(`MONGODB_URI cannot be used: ${cause.message}`, { cause });
    this.name = 'UnusableMongoUriError';
  }
}

/** @throws NotAReplicaSetError for a standalone server; a sharded cluster has transactions and is welcome. */
export async function assertReplicaSet(connection: Connection): Promise<void> {
  const hello = await connection.getClient().db('admin').command({ hello: 1 });
  if (typeof hello['setName'] === 'string' || hello['msg'] === 'isdbgrid') return;
  throw new NotAReplicaSetError(`${connection.host}:${connection.port}`);
}

/** Of a URI that names none. */
export const DEFAULT_DATABASE = 'happening';

/** The URI with this database in place of the one it names, if any. Hosts may be many: no URL parser takes that. */
export const uriOfDatabase = (uri: string, database: string): string =>
  uri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${database}`);

/** The driver takes the URI's word on this before the options': a server that inflates zlib may leak (CVE-2025-14847). */
const uriWithoutCompression = (uri: string): string => uri.replace(/(?<=[?&])compressors=[^&]*&?/gi, '');

const namesDatabase = (uri: string): boolean => /^mongodb(?:\+srv)?:\/\/[^/?]+\/[^?]/.test(uri);

/**
 * A connection that is open, with the options every part of the service relies on; to the database `happening` when the
 * URI names none. The caller closes it.
 *
 * @throws NotAReplicaSetError, NoMongoServerError, UnusableMongoUriError
 */
export async function openConnection(uri: string, settings: ConnectionSettings): Promise<Connection> {
  setMongooseGlobals();
  const connection = mongoose.createConnection();
  const options = connectionOptions(settings);
  try {
    await connection.openUri(
      uriWithoutCompression(uri),
      namesDatabase(uri) ? options : { ...options, dbName: DEFAULT_DATABASE },
    );
  } catch (error) {
    if (error instanceof mongoose.Error.MongooseServerSelectionError) throw new NoMongoServerError(error);
    throw error instanceof Error ? new UnusableMongoUriError(error) : error;
  }
  try {
    await assertReplicaSet(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}
