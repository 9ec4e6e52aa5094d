import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { MongoBinary } from '../../src/platform/mongo-binary';
import { REPLICA_SET, serverArguments, untilWritable } from '../../src/platform/mongo-server';
import { endMongod, isAlive, startMongod, withAdmin, type Mongod } from '../../src/platform/mongod-process';
import { newDataFolder } from './data-folder';
import type { Failure } from './fail-point';
import { TcpProxy } from './tcp-proxy';
import { until } from './until';

const NODES = [0, 1, 2] as const;
const ELECTION_PATIENCE_MS = 60_000;
const POLL_MS = 50;

/** The driver introduces itself by name on each connection; members among themselves, and we, do so by other ones. */
const isOfService = (first: Buffer): boolean => first.includes('name\0\x0a\0\0\0happening\0', 0, 'latin1');

export interface Node {
  readonly index: number;
  readonly folder: string;
  /** What the set's members and clients know this node by. */
  readonly proxy: TcpProxy;
  mongod: Mongod;
}

/**
 * A replica set of three real mongods that can be killed, stopped and started again, fail on command, and be reached
 * through a bad network: the address of each member is that of a proxy, whose weather only the service's connections
 * have. So a node may come back at another port, and nobody else notices the weather.
 */
export class ThreeNodes {
  private constructor(
    private readonly binary: MongoBinary,
    private readonly folder: string,
    readonly nodes: readonly Node[],
  ) {}

  static async start(binary: MongoBinary, random: () => number): Promise<ThreeNodes> {
    const folder = await newDataFolder('happening-faults-');
    const nodes: Node[] = [];
    const set = new ThreeNodes(binary, folder, nodes);
    try {
      for (const index of NODES) {
        const where = join(folder, `node-${index}`);
        const mongod = await startMongod(binary.path, where, serverArguments(true));
        nodes.push({
          index,
          folder: where,
          mongod,
          proxy: await TcpProxy.open(mongod.port, { random, affects: isOfService }),
        });
      }
      await set.initiate();
      return set;
    } catch (error) {
      await set.stop();
      throw error;
    }
  }

  /** For clients of the set, who find its members by themselves. */
  get uri(): string {
    return `mongodb://${this.nodes.map(hostOf).join(',')}/?replicaSet=${REPLICA_SET}`;
  }

  /** Waits for an election, if there is none. */
  async primary(): Promise<Node> {
    let found: Node | undefined;
    const look = async (): Promise<boolean> => (found = await this.writable()) !== undefined;
    await until(look, 'the set has a primary', { patienceMs: ELECTION_PATIENCE_MS });
    return found as Node;
  }

  /** At once, as in a power cut, unless it has ended by itself: recovery finds what was journalled. */
  kill({ mongod }: Node): void {
    if (isAlive(mongod.pid)) process.kill(mongod.pid, 'SIGKILL');
  }

  /** After `kill`, on its own data. */
  async restart(node: Node): Promise<void> {
    await until(() => !isAlive(node.mongod.pid), 'the killed mongod is gone');
    node.mongod = await startMongod(this.binary.path, node.folder, serverArguments(true));
    node.proxy.target = node.mongod.port;
    node.proxy.cut();
  }

  /** As before a planned restart: open transactions end, another node is elected. */
  async stepDown(): Promise<void> {
    const { mongod } = await this.primary();
    // It closes connections, or finds no electable secondary yet: who is primary then is what counts.
    await withAdmin(mongod.port, (admin) => admin.command({ replSetStepDown: 5, secondaryCatchUpPeriodSecs: 3 })).catch(
      () => undefined,
    );
  }

  /** These commands of the service fail from now on: on every node, because the primary may change. */
  async fail(failure: Failure, mode: FailMode = 'alwaysOn'): Promise<void> {
    await this.configure(mode, { ...failure, appName: 'happening' });
  }

  /** How often commands were failed since the nodes were started. */
  failNoMore(): Promise<number> {
    return this.configure('off', {});
  }

  /** All three answer, and one takes writes. */
  async healthy(): Promise<void> {
    await this.primary();
    const settled = async (): Promise<boolean> => {
      const states = await Promise.all(this.nodes.map((node) => stateOf(node).catch(() => null)));
      return states.every((state) => state !== null) && states.filter((state) => state === 'primary').length === 1;
    };
    await until(settled, 'all members follow', { patienceMs: ELECTION_PATIENCE_MS });
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ mongod }) => resume(mongod).then(() => endMongod(mongod))));
    await Promise.all(this.nodes.map(({ proxy }) => proxy.close()));
    await rm(this.folder, { recursive: true, force: true });
  }

  private async initiate(): Promise<void> {
    const members = this.nodes.map((node) => ({ _id: node.index, host: hostOf(node) }));
    const { port } = (this.nodes[0] as Node).mongod;
    await withAdmin(port, (admin) => admin.command({ replSetInitiate: { _id: REPLICA_SET, members } }));
    await withAdmin((await this.primary()).mongod.port, untilWritable);
    await this.healthy();
  }

  private async writable(): Promise<Node | undefined> {
    const states = await Promise.all(this.nodes.map((node) => stateOf(node).catch(() => null)));
    return this.nodes[states.indexOf('primary')];
  }

  private async configure(mode: FailMode | 'off', data: object): Promise<number> {
    const command = { configureFailPoint: 'failCommand', mode, data };
    const struck = await Promise.all(
      this.nodes.map(({ mongod }) =>
        withAdmin(mongod.port, async (admin) => Number((await admin.command(command))['count'])).catch(
          (error: unknown) => {
            // One that is down has no fail point to set. One that refuses it would make a fault of nothing.
            if (error instanceof mongo.MongoServerError) throw error;
            return 0;
          },
        ),
      ),
    );
    await sleep(POLL_MS);
    return struck.reduce((sum, one) => sum + one, 0);
  }
}

export type FailMode = 'alwaysOn' | { readonly times: number } | { readonly activationProbability: number };

const hostOf = ({ proxy }: Node): string => `127.0.0.1:${proxy.port}`;

async function stateOf({ mongod }: Node): Promise<'primary' | 'secondary' | null> {
  return withAdmin(mongod.port, async (admin: mongo.Db) => {
    const hello = await admin.command({ hello: 1 });
    if (hello['isWritablePrimary'] === true) return 'primary';
    return hello['secondary'] === true ? 'secondary' : null;
  });
}

/** One that a test stopped and did not let go on would never hear that it is to end. */
async function resume({ pid }: Mongod): Promise<void> {
  if (isAlive(pid)) process.kill(pid, 'SIGCONT');
}
