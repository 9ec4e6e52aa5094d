import type { TenantId } from '../../src/domain/ids';
import { parseId } from '../../src/graphql/global-id';
import type { BenchDatabase } from './bench-database';
import { closedLoop } from './closed-loop';
import { startServer, type ServerProcess, type ServerScript } from './http/child';
import { HttpPool } from './http/pool';
import { processorUs } from './machine';
import type { Measurement } from './rounds';
import { quantile } from './stats';
import { WrongOutcomeError } from './verify';
import { chosen, type Bench } from './workloads/workload';

/** A page asked for by somebody, and what has to be on it, in order, row by row. */
export interface Asked {
  readonly tenantId: TenantId;
  readonly token: string;
  readonly expected: readonly string[];
}

/** One of those who answer: how it is asked, and the rows of its answer. */
export interface Reader<Request extends Asked> {
  readonly name: string;
  readonly about: string;
  readonly script: ServerScript;
  /** Where it is asked, if not where the server says. */
  readonly path?: string;
  ask(request: Request): string;
  rowsOf(body: string): readonly string[];
}

/** How a row is compared: its values in one order, instants as JSON has them. */
export const rowOf = (values: readonly unknown[]): string => JSON.stringify(values);

/** How many are under way at once. */
export const CONNECTIONS = 16;

interface GraphqlPage<Node> {
  readonly data?: Record<string, { readonly edges: readonly { readonly node: Node }[] }> | null;
}

/** Rows of a GraphQL answer with one connection. The service's ids are opaque: the ones inside are compared. */
export function rowsOfConnection<Node extends { readonly id: string }>(
  body: string,
  valuesOf: (node: Node) => readonly unknown[],
): string[] {
  const [connection] = Object.values((JSON.parse(body) as GraphqlPage<Node>).data ?? {});
  if (!connection) throw new Error(body.slice(0, 500));
  return connection.edges.map(({ node }) => rowOf([parseId(node.id)?.id ?? node.id, ...valuesOf(node)]));
}

/** A reader, started. */
export interface Running<Request extends Asked> extends Reader<Request> {
  readonly server: ServerProcess;
}

/** Every reader that was not left out in a process of its own, for as long as `use` runs. */
export async function withReaders<Request extends Asked, T>(
  bench: Bench,
  { readers, environment }: { readers: readonly Reader<Request>[]; environment: Readonly<Record<string, string>> },
  use: (running: readonly Running<Request>[]) => Promise<T>,
): Promise<T> {
  const { profile } = bench.options;
  const running: Running<Request>[] = [];
  try {
    for (const reader of chosen(bench, readers)) {
      const server = await startServer(reader.script, bench.database, { environment, profile });
      running.push({ ...reader, server });
    }
    return await use(running);
  } finally {
    for (const { server } of running) await server.stop();
  }
}

/** @throws WrongOutcomeError unless every page is the right one, row by row */
export async function measureReader<Request extends Asked>(
  database: BenchDatabase,
  reader: Running<Request>,
  requests: readonly Request[],
): Promise<Measurement> {
  const { server, path } = reader;
  const pool = new HttpPool(path === undefined ? server.url : new URL(path, server.url));
  await pool.open(CONNECTIONS);
  const bodies = requests.map((request) => reader.ask(request));
  const pids = [server.pid, database.pid];
  const before = processorUs(pids);
  const loop = await closedLoop({ requests: requests.length, clients: CONNECTIONS }, (index) =>
    pool.post(bodies[index] ?? '', requests[index]?.token ?? ''),
  );
  const cpuUs = (processorUs(pids) - before) / requests.length;
  pool.close();
  const pages = loop.answers.map(({ body }) => body);
  verifyPages(reader, requests, pages);
  return {
    value: (requests.length * 1_000) / loop.elapsedMs,
    p50Ms: quantile(loop.latenciesMs, 0.5),
    p99Ms: quantile(loop.latenciesMs, 0.99),
    cpuUs,
    abortsPerSuccess: NaN,
  };
}

function verifyPages<Request extends Asked>(
  reader: Reader<Request>,
  requests: readonly Request[],
  pages: readonly string[],
): void {
  const faults = requests.flatMap(({ expected }, index) => {
    const rows = reader.rowsOf(pages[index] ?? '');
    const wrong = expected.findIndex((row, place) => row !== rows[place]);
    if (wrong < 0 && rows.length === expected.length) return [];
    return [
      `a page of ${rows.length} rows for ${expected.length}; the first that differs: ${rows[wrong]}, expected ${expected[wrong]}`,
    ];
  });
  if (faults.length > 0) throw new WrongOutcomeError(reader.name, faults);
}
