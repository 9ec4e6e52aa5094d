import { COLLECTIONS } from '../../src/store/collections';
import type { CollectionFigures, ScalingFigures } from './scaling-figures';
import { ACROSS_SHARDS, refusedUnder, shardKeyOf } from './shard-keys';

/** The tables of docs/scaling.md: from what `npm run sizes` measured, and from the collections' specifications. */

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], right: number, rows: readonly string[]): string =>
  [row(...head), row(...head.map((_, n) => (n < head.length - right ? '---' : '---:'))), ...rows].join('\n');

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const DAY_SECONDS = 86_400;

const indexBytes = ({ indexes }: CollectionFigures): number => indexes.reduce((sum, { bytes }) => sum + bytes, 0);
const last = <T>(list: readonly T[]): T => {
  const one = list.at(-1);
  if (one === undefined) throw new Error('nothing was measured');
  return one;
};

function sizes({ steps }: ScalingFigures): string {
  const rows = last(steps).collections.flatMap(({ name, documents, documentBytes, storageBytes, indexes }) => [
    row(
      `**\`${name}\`**, ${whole(documents)} documents`,
      whole(storageBytes / MIB),
      whole(storageBytes / documents),
      whole(documentBytes / documents),
    ),
    ...indexes.map(({ key, bytes }) => row(`\`${key}\``, whole(bytes / MIB), whole(bytes / documents), '')),
  ]);
  return table(['Documents, and each index', 'MiB', 'Bytes each', 'BSON bytes each'], 3, rows);
}

function growth({ steps }: ScalingFigures): string {
  const names = last(steps).operations.map(({ operation }) => operation);
  const count = (of: ScalingFigures['steps'][number], name: string): number =>
    of.collections.find((one) => one.name === name)?.documents ?? 0;
  const rows = steps.map((step) =>
    row(
      whole(count(step, 'occurrences')),
      whole(count(step, 'registrations')),
      ...step.operations.map(({ mongodUs, serviceUs }) => `${whole(mongodUs)} + ${whole(serviceUs)}`),
    ),
  );
  return table(['Dates', 'Registrations', ...names], names.length + 2, rows);
}

/** What one more of a thing takes, uncompressed: how far real texts compress is not known here. */
interface Footprint {
  readonly disk: number;
  readonly indexes: number;
}

function footprint(collections: readonly CollectionFigures[], names: readonly string[], per: string): Footprint {
  const things = collections.find(({ name }) => name === per)?.documents ?? NaN;
  const counted = collections.filter(({ name }) => names.includes(name));
  const indexes = counted.reduce((sum, one) => sum + indexBytes(one), 0) / things;
  return { disk: counted.reduce((sum, { documentBytes }) => sum + documentBytes, 0) / things + indexes, indexes };
}

const CORES = 16;
const SHARE = 0.5;
const CACHE_GIB = 64;
const DISK_GIB = 1_024;

function capacity({ steps }: ScalingFigures): string {
  const { collections, operations } = last(steps);
  const registration = footprint(collections, ['registrations', 'journal', 'timeLocks'], 'registrations');
  const date = footprint(collections, ['occurrences'], 'occurrences');
  const perSecond = (n: number): number => (CORES * SHARE * 1e6) / (operations[n]?.mongodUs ?? NaN);
  return table(
    [
      'Of',
      'One takes',
      `A primary with ${CORES} cores, ${CACHE_GIB} GiB of cache, ${DISK_GIB} GiB of disk holds or does`,
    ],
    0,
    [
      row(
        'registrations, with journal and time locks',
        `${whole(registration.disk)} bytes, ${whole(registration.indexes)} of them indexes`,
        `${whole((DISK_GIB * GIB) / registration.disk / 1e6)} million on disk; the indexes of ${whole((CACHE_GIB * GIB) / registration.indexes / 1e6)} million in the cache`,
      ),
      row(
        'dates',
        `${whole(date.disk)} bytes, ${whole(date.indexes)} of them indexes`,
        `${whole((DISK_GIB * GIB) / date.disk / 1e6)} million on disk`,
      ),
      ...operations.map(({ operation, mongodUs }, n) =>
        row(
          operation,
          `${whole(mongodUs)} µs of the database`,
          `${whole(perSecond(n))} a second at ${100 * SHARE} % of the processor; ${whole((perSecond(n) * DAY_SECONDS) / 1e6)} million a day`,
        ),
      ),
    ],
  );
}

function shardKeys(): string {
  const rows = COLLECTIONS.map((spec) => {
    const key = shardKeyOf(spec);
    const uniques = spec.indexes.filter(({ options }) => options?.unique === true);
    const kept = key === null ? 'not sharded' : refusedUnder(spec, key).length === 0 ? 'all stand' : 'REFUSED';
    const list = uniques.map((index) => `\`${Object.keys(index.key).join(', ')}\``).join('; ');
    return row(`\`${spec.name}\``, key ? `\`${key.join(', ')}\`` : '–', list || '–', kept);
  });
  return table(['Collection', 'Shard key', 'Unique besides `_id`', ''], 0, rows);
}

function measured({ shape, machine, minutes }: ScalingFigures): string {
  const { tenants, occurrences, registrations } = shape;
  const on = ['processor', 'memory', 'mongod', 'node', 'commit'].map((name) => `${name} ${machine[name]}`);
  return `\`npm run sizes -- --tenants ${tenants} --occurrences ${occurrences} --registrations ${registrations}\`, ${minutes} minutes; ${on.join('; ')}.`;
}

const across = (): string => `${ACROSS_SHARDS.map((name) => `\`${name}\``).join(', ')}.`;

const TABLES: Readonly<Record<string, (figures: ScalingFigures) => string>> = {
  measured,
  sizes,
  growth,
  capacity,
  'shard-keys': shardKeys,
  across,
};

const TABLE = /<!-- table: ([a-z-]+) -->\n[\s\S]*?<!-- end -->/g;

/** The paper with its tables as these figures have them. */
export const withTables = (paper: string, figures: ScalingFigures): string =>
  paper.replace(TABLE, (_, name: string) => {
    const render = TABLES[name];
    if (!render) throw new Error(`there is no table ${name}`);
    return `<!-- table: ${name} -->\n${render(figures)}\n<!-- end -->`;
  });

export const tablesIn = (paper: string): readonly string[] => [...paper.matchAll(TABLE)].map(([, name = '']) => name);
export const TABLE_NAMES: readonly string[] = Object.keys(TABLES);
