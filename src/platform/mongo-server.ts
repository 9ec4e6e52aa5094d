import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { MongoMemoryServer } from 'mongodb-memory-server';
import type { MongoBinary } from './mongo-binary';

export const REPLICA_SET = 'happening';

/** WiredTiger's cache, in GB: the embedded server shares the machine with the service. */
const CACHE_GB = '0.25';
/** A first start on a slow disk, or a recovery after a crash, may take a while; milliseconds. */
const LAUNCH_TIMEOUT = 60_000;

export interface MongoServerOptions {
  readonly binary: MongoBinary;
  /** Folder of the data; it must exist or be creatable. Without one the data lives in a temporary folder. */
  readonly dbPath?: string;
  /** Port to prefer; another one is taken when it is in use. */
  readonly port?: number;
  /** Fail points and the like (`enableTestCommands`): tests only. */
  readonly testCommands?: boolean;
}

export interface MongoServer {
  readonly uri: string;
  readonly port: number;
  /** Process id of the mongod. */
  readonly pid: number;
  /** Ends the server; temporary data goes, a given `dbPath` stays. May be called twice. */
  stop(): Promise<void>;
}

export const replicaSetUri = (port: number): string => `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`;

/** Runs `use` with the admin database of the one server at this port, whatever state its replica set is in. */
export async function withAdmin<T>(port: number, use: (admin: mongo.Db) => Promise<T>): Promise<T> {
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}/`, {
    directConnection: true,
    serverSelectionTimeoutMS: 5_000,
  });
  try {
    return await use(client.db('admin'));
  } finally {
    await client.close();
  }
}

async function launch(options: MongoServerOptions): Promise<MongoMemoryServer> {
  const { MongoMemoryServer } = await import('mongodb-memory-server');
  const { binary, dbPath, port, testCommands } = options;
  if (dbPath !== undefined) await mkdir(dbPath, { recursive: true });
  const parameters = ['transactionLifetimeLimitSeconds=5', ...(testCommands ? ['enableTestCommands=1'] : [])];
  return MongoMemoryServer.create({
    // The version only keeps the library from comparing ours with its own default.
    binary: { systemBinary: binary.path, version: binary.version },
    instance: {
      ip: '127.0.0.1',
      replSet: REPLICA_SET,
      storageEngine: 'wiredTiger',
      launchTimeout: LAUNCH_TIMEOUT,
      args: ['--wiredTigerCacheSizeGB', CACHE_GB, ...parameters.flatMap((one) => ['--setParameter', one])],
      ...(dbPath === undefined ? {} : { dbPath }),
      ...(port === undefined ? {} : { port }),
    },
    // Ctrl+C reaches every process of the terminal's group: the server must outlive the requests in flight.
    spawn: { detached: true },
  });
}

function handle(server: MongoMemoryServer): MongoServer {
  const info = server.instanceInfo;
  const pid = info?.instance.mongodProcess?.pid;
  if (info === undefined || pid === undefined) throw new Error('mongod ended while it started');
  let stopped: Promise<boolean> | undefined;
  return {
    uri: replicaSetUri(info.port),
    port: info.port,
    pid,
    stop: async () => {
      stopped ??= server.stop();
      await stopped;
    },
  };
}

const NOT_YET_INITIALIZED = 94;
const ALREADY_INITIALIZED = 23;
const failsWith = (error: unknown, code: number): boolean =>
  error instanceof mongo.MongoServerError && error.code === code;

interface ReplicaSetConfig {
  version: number;
  members: { _id: number; host: string }[];
}

/** Makes the server the only member of its set, also when the data folder last lived under another port. */
async function beReplicaSet(admin: mongo.Db, port: number): Promise<void> {
  const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
  try {
    const { config } = (await admin.command({ replSetGetConfig: 1 })) as unknown as { config: ReplicaSetConfig };
    if (config.members.length === 1 && config.members[0]?.host === members[0]?.host) return;
    await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
  } catch (error) {
    if (!failsWith(error, NOT_YET_INITIALIZED)) throw error;
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
  }
}

/** A server that just opened its data folder says "not yet initialized" until it has read its own configuration. */
async function beReplicaSetSoon(admin: mongo.Db, port: number): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await beReplicaSet(admin, port);
    } catch (error) {
      const reading = failsWith(error, ALREADY_INITIALIZED) || failsWith(error, NOT_YET_INITIALIZED);
      if (!reading || turn === 100) throw error;
      await setTimeout(50);
    }
  }
}

/** `hello` with a topology version waits inside the server until its role changes: no polling. */
async function untilWritable(admin: mongo.Db): Promise<void> {
  const asSent = { promoteLongs: false };
  let hello = await admin.command({ hello: 1 }, asSent);
  for (let turn = 0; hello['isWritablePrimary'] !== true; turn += 1) {
    if (turn === 30) throw new Error('the replica set elected no primary within 30 changes of state');
    const topologyVersion: unknown = hello['topologyVersion'];
    hello = await admin.command({ hello: 1, topologyVersion, maxAwaitTimeMS: 1_000 }, asSent);
  }
}

/**
 * Starts a replica set of one node on the loopback interface and waits until it takes writes. Transactions are the
 * reason for the replica set. A data folder from an earlier run is used as it is, whatever its port was.
 */
export async function startReplicaSet(options: MongoServerOptions): Promise<MongoServer> {
  const server = await launch(options);
  try {
    const running = handle(server);
    await withAdmin(running.port, async (admin) => {
      await beReplicaSetSoon(admin, running.port);
      await untilWritable(admin);
    });
    return running;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
