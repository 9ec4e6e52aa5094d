import 'reflect-metadata';
import { statfs, writeFile } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { BUCKET_DAYS } from '../../../src/domain/bucket';
import { DAY_MS } from '../../../src/domain/civil-date';
import { SystemClock } from '../../../src/platform/clock';
import type { ScalingFigures } from '../../support/scaling-figures';
import { startBenchDatabase, type BenchDatabase } from '../bench-database';
import { describeMachine } from '../machine';
import { Places } from '../places';
import { measureOperations } from './operations';
import { measureStorage } from './storage';
import { PER_PERIOD, TenantData, type Documents, type Shape } from './tenant-data';

/** Measured: the documents, their indexes and the server's log of operations, rounded up. */
const BYTES_PER_REGISTRATION = 1_200;
const ROOM_LEFT = 2 ** 31;
const AT_ONCE = 4;

interface Options extends Shape {
  readonly disk?: true;
  readonly json?: string;
}

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1.');
  return value;
};

const readOptions = (): Options =>
  new Command('sizes')
    .description('Measures what documents and indexes take, and what operations cost, over growing data.')
    .option('--tenants <n>', 'organizations', count, 200)
    .option('--occurrences <n>', 'dates', count, 100_000)
    .option('--registrations <n>', 'registrations, evenly over the dates', count, 500_000)
    .option('--disk', 'the database on disk, not in memory')
    .option('--json <file>', 'write the figures there')
    .parse()
    .opts<Options>();

async function assertRoom({ registrations, disk }: Options): Promise<void> {
  const needed = registrations * BYTES_PER_REGISTRATION + ROOM_LEFT;
  const { bavail, bsize } = await statfs(disk ? tmpdir() : '/dev/shm');
  const free = disk ? bavail * bsize : Math.min(bavail * bsize, freemem());
  if (free < needed) {
    throw new Error(`this needs ${Math.ceil(needed / 2 ** 30)} GiB, and ${Math.floor(free / 2 ** 30)} are free`);
  }
}

async function store({ connection }: BenchDatabase, documents: Documents): Promise<void> {
  const filled = Object.entries(documents).filter(([, docs]) => docs.length > 0);
  await Promise.all(filled.map(([name, docs]) => connection.collection(name).insertMany(docs, { ordered: false })));
}

/** The period of every organization, a few at a time. */
async function storeAll(
  tenants: readonly TenantData[],
  storeOne: (tenant: TenantData) => Promise<void>,
): Promise<void> {
  const places = new Places(AT_ONCE);
  await Promise.all(tenants.map((tenant) => places.within(() => storeOne(tenant))));
}

/** Period by period, every organization in each: as it would have come, and not one organization after the other. */
async function measure(database: BenchDatabase, shape: Shape): Promise<ScalingFigures['steps']> {
  // At the beginning of a period of the time locks.
  const now = new SystemClock().now().getTime();
  const from = new Date(Math.ceil(now / (BUCKET_DAYS * DAY_MS)) * BUCKET_DAYS * DAY_MS);
  const tenants = Array.from({ length: shape.tenants }, () => new TenantData(shape, from));
  const perTenant = Math.ceil(shape.occurrences / shape.tenants);
  // Two periods are the least that a list of 30 days can be asked of.
  const marks = [2 * PER_PERIOD, Math.max(3 * PER_PERIOD, Math.ceil(perTenant / 10)), perTenant];
  const steps: ScalingFigures['steps'][number][] = [];
  for (let first = 0; first < perTenant; first += PER_PERIOD) {
    const dates = Math.min(PER_PERIOD, perTenant - first);
    await storeAll(tenants, (tenant) => store(database, tenant.period(first, dates)));
    const stored = first + dates;
    process.stderr.write(`${new SystemClock().now().toISOString()} ${stored * shape.tenants} dates stored\n`);
    if (stored < (marks[0] ?? 0)) continue;
    while (stored >= (marks[0] ?? Infinity)) marks.shift();
    const to = new Date(from.getTime() + stored * 6 * 3_600_000);
    const collections = await measureStorage(database.connection);
    steps.push({ collections, operations: await measureOperations({ database, tenants, from, to }) });
  }
  return steps;
}

async function main(): Promise<void> {
  const { json, ...options } = readOptions();
  await assertRoom(options);
  const database = await startBenchDatabase(options.disk ?? false);
  const stop = (): void => void database.stop().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const started = performance.now();
    const steps = await measure(database, options);
    const minutes = Math.round((performance.now() - started) / 60_000);
    const machine = { ...describeMachine(), mongod: `${database.version}, data in ${database.storage}` };
    const text = `${JSON.stringify({ shape: options, minutes, machine, steps }, null, 2)}\n`;
    if (json === undefined) process.stdout.write(text);
    else await writeFile(json, text);
  } finally {
    await database.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
