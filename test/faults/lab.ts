import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { SystemClock } from '../../src/platform/clock';
import { mongoBinarySettings } from '../../src/platform/env';
import { type MongoBinary, resolveMongoBinary } from '../../src/platform/mongo-binary';
import { uriOfDatabase } from '../../src/platform/mongo-connection';
import { freePort } from '../../src/platform/mongod-process';
import { endRedis, startRedis } from '../support/redis';
import { TcpProxy } from '../support/tcp-proxy';
import { ThreeNodes } from '../support/three-nodes';
import { type Manner, ServiceProcess } from './services';
import { type Post, WorldMaker } from './world';

const DATABASE = 'happening';

/** Everything that a fault can happen to: three mongods, a Redis, two services, and the network between them. */
export class Lab {
  private constructor(
    readonly version: string,
    readonly set: ThreeNodes,
    readonly redis: RedisOfLab,
    readonly services: readonly [ServiceProcess, ServiceProcess],
    private readonly ground: { readonly admin: mongo.MongoClient; readonly folder: string; readonly world: WorldMaker },
  ) {}

  static async open(random: () => number): Promise<Lab> {
    const binary = await resolveMongoBinary(mongoBinarySettings(), new SystemClock());
    const set = await ThreeNodes.start(binary, random);
    const ends: (() => Promise<unknown>)[] = [() => set.stop()];
    try {
      const redis = await RedisOfLab.start(random);
      ends.unshift(() => redis.stop());
      return await Lab.furnish(binary, set, redis);
    } catch (error) {
      for (const end of ends) await end();
      throw error;
    }
  }

  private static async furnish(binary: MongoBinary, set: ThreeNodes, redis: RedisOfLab): Promise<Lab> {
    const admin = await new mongo.MongoClient(set.uri, { appName: 'faults' }).connect();
    const folder = await mkdtemp(join(tmpdir(), 'happening-faults-'));
    const world = new WorldMaker(admin.db(DATABASE), new SystemClock());
    const env = {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      MONGODB_URI: uriOfDatabase(set.uri, DATABASE),
      REDIS_URL: redis.url,
      ACCESS_TOKEN_KEY: world.signingKey,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      MAIL_DIR: join(folder, 'mail'),
      // Two of them run side by side.
      METRICS_PORT: 'off',
      // A little more than the balancer's interval and the time that it gives a probe.
      SHUTDOWN_NOTICE_MS: '2000',
      // One generator asks for everybody, from one address.
      RATE_LIMIT_ADDRESS: '0',
      RATE_LIMIT_USER: '0',
      RATE_LIMIT_TENANT: '0',
    };
    const services = [await ServiceProcess.make(0, env), await ServiceProcess.make(1, env)] as const;
    return new Lab(binary.version, set, redis, services, { admin, folder, world });
  }

  get database(): mongo.Db {
    return this.ground.admin.db(DATABASE);
  }

  /** For files of a run; gone with it. */
  get folder(): string {
    return this.ground.folder;
  }

  get world(): WorldMaker {
    return this.ground.world;
  }

  /** Starts them, or starts them anew, in this manner. In order: libfaketime leaves memory behind where it is killed. */
  async startServices(manner: Manner = {}): Promise<void> {
    await Promise.all(this.services.map((service) => service.terminate().then(() => service.start(manner))));
    await this.healthy();
  }

  /** Whatever a fault left behind is over: everybody runs and says so. */
  async healthy(): Promise<void> {
    await this.set.healthy();
    await Promise.all(this.services.map((service) => service.untilReady()));
  }

  /** Sends a document to a process that is well; throws what the answer says else. */
  readonly post: Post = async (query, variables, token) => {
    const response = await fetch(this.services[0].url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
    if (errors !== undefined || !data) throw new Error(`the world cannot be made: ${JSON.stringify(errors)}`);
    return data;
  };

  async close(): Promise<void> {
    await Promise.all(this.services.map((service) => service.kill()));
    await this.ground.admin.close();
    await this.redis.stop();
    await this.set.stop();
    await rm(this.ground.folder, { recursive: true, force: true });
  }
}

/** A redis-server behind a network of its own. */
export class RedisOfLab {
  private constructor(
    readonly port: number,
    readonly proxy: TcpProxy,
    private child: ChildProcess,
  ) {}

  static async start(random: () => number): Promise<RedisOfLab> {
    const port = await freePort();
    const child = await startRedis(port);
    return new RedisOfLab(port, await TcpProxy.open(port, { random }), child);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.proxy.port}`;
  }

  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  kill(): Promise<void> {
    return endRedis(this.child);
  }

  /** After `kill`: the same address, nothing in it. */
  async restart(): Promise<void> {
    this.child = await startRedis(this.port);
  }

  async stop(): Promise<void> {
    await endRedis(this.child);
    await this.proxy.close();
  }
}
