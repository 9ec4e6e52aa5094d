import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { MongoBinary } from './mongo-binary';
import { endMongod, startMongod, withAdmin } from './mongod-process';

export const REPLICA_SET = 'happening';

export interface MongoServerOptions {
  readonly binary: MongoBinary;
  /** Folder of the data, made when missing. Without one the data lives in a temporary folder and goes with the server. */
  readonly dbPath?: string;
  /** Fail points and the like (`enableTestCommands`): tests only. */
  readonly testCommands?: boolean;
}

export interface MongoServer {
  readonly uri: string;
  readonly port: number;
  /** Process id of the mongod. */
  readonly pid: number;
  /** Ends the server; a given `dbPath` stays. May be called twice. */
  stop(): Promise<void>;
}

/** How every member of a replica set of ours is started. */
export const serverArguments = (testCommands: boolean): string[] => {
  const parameters = {
    // A transaction whose client was lost must not hold its documents for the default minute.
    transactionLifetimeLimitSeconds: 5,
    // A signal waits this long for other members of the set; there are none.
    shutdownTimeoutMillisForSignaledShutdown: 100,
    ...(testCommands ? { enableTestCommands: 1 } : {}),
  };
  return [
    ...['--replSet', REPLICA_SET, '--storageEngine', 'wiredTiger'],
    // The server shares the machine with the service.
    ...['--wiredTigerCacheSizeGB', '0.25'],
    ...Object.entries(parameters).flatMap(([name, value]) => ['--setParameter', `${name}=${value}`]),
  ];
};

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
      if (!reading || turn === 1_000) throw error;
      await setTimeout(50);
    }
  }
}

/** `hello` with a topology version waits inside the server until its role changes: no polling. */
export async function untilWritable(admin: mongo.Db): Promise<void> {
  const asSent = { promoteLongs: false };
  let hello = await admin.command({ hello: 1 }, asSent);
  for (let turn = 0; hello['isWritablePrimary'] !== true; turn += 1) {
    if (turn === 60) throw new Error('the replica set elected no primary');
    const topologyVersion: unknown = hello['topologyVersion'];
    hello = await admin.command({ hello: 1, topologyVersion, maxAwaitTimeMS: 1_000 }, asSent);
  }
}

/**
 * Starts a replica set of one node on the loopback interface and waits until it takes writes. Transactions are the
 * reason for the replica set. A data folder from an earlier run is used as it is, whatever its port was.
 *
 * @throws DataFolderInUseError, or an error with what the server wrote last
 */
export async function startReplicaSet({ binary, dbPath, testCommands }: MongoServerOptions): Promise<MongoServer> {
  const folder = dbPath ?? (await mkdtemp(join(tmpdir(), 'happening-mongo-')));
  const mongod = await startMongod(binary.path, folder, serverArguments(testCommands ?? false));
  const end = async (): Promise<void> => {
    await endMongod(mongod);
    if (dbPath === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    await withAdmin(mongod.port, async (admin) => {
      await beReplicaSetSoon(admin, mongod.port);
      await untilWritable(admin);
    });
  } catch (error) {
    await end();
    throw error;
  }
  let ended: Promise<void> | undefined;
  const uri = `mongodb://127.0.0.1:${mongod.port}/?replicaSet=${REPLICA_SET}`;
  return { uri, ...mongod, stop: () => (ended ??= end()) };
}
