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
  /** Whether there is more behind this page. */
  readonly hasNextPage: boolean;
}

/** What a page says of itself. */
export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** A page as it was answered; no info: of one that has none to give. */
export interface Page {
  readonly rows: readonly string[];
  readonly info: PageInfo | null;
}

/** A page as GraphQL's connections have it, over GraphQL or not. */
export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: PageInfo;
}

/** One of those who answer: how it is asked, and what it answers. */
export interface Reader<Request extends Asked> {
  readonly name: string;
  readonly about: string;
  readonly script: ServerScript;
  /** Of the script. */
  readonly args?: readonly string[];
  /** Where it is asked, if not where the server says. */
  readonly path?: string;
  ask(request: Request): string;
  pageOf(body: string): Page;
}

/** How a row is compared: its values in one order, instants as JSON has them. */
export const rowOf = (values: readonly unknown[]): string => JSON.stringify(values);

/** How many are under way at once. */
export const CONNECTIONS = 16;

/** The service's ids are opaque: the ones inside are compared. */
export const pageOf = <Node extends { readonly id: string }>(
  { edges, pageInfo }: Connection<Node>,
  valuesOf: (node: Node) => readonly unknown[],
): Page => ({
  rows: edges.map(({ node }) => rowOf([parseId(node.id)?.id ?? node.id, ...valuesOf(node)])),
  info: pageInfo,
});

/** The page of a GraphQL answer with one connection. */
export function pageOfGraphql<Node extends { readonly id: string }>(
  body: string,
  valuesOf: (node: Node) => readonly unknown[],
): Page {
  const { data } = JSON.parse(body) as { readonly data?: Record<string, Connection<Node>> | null };
  const [connection] = Object.values(data ?? {});
  if (!connection) throw new Error(body.slice(0, 500));
  return pageOf(connection, valuesOf);
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
      const { script, args = [] } = reader;
      const server = await startServer(script, bench.database, { args, environment, profile });
      running.push({ ...reader, server });
    }
    return await use(running);
  } finally {
    for (const { server } of running) await server.stop();
  }
}

/** @throws WrongOutcomeError unless every page is the right one, row by row, and says rightly whether more is behind it */
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
  const faults = requests.flatMap((request, index) => faultsOf(request, reader.pageOf(pages[index] ?? '')));
  if (faults.length > 0) throw new WrongOutcomeError(reader.name, faults);
}

/** What is wrong with a page, if anything. */
export function faultsOf(
  { expected, hasNextPage }: Pick<Asked, 'expected' | 'hasNextPage'>,
  { rows, info }: Page,
): string[] {
  const wrong = expected.findIndex((row, place) => row !== rows[place]);
  const faults: string[] = [];
  if (wrong >= 0 || rows.length !== expected.length)
    faults.push(
      `a page of ${rows.length} rows for ${expected.length}; the first that differs: ${rows[wrong]}, expected ${expected[wrong]}`,
    );
  if (info !== null && info.hasNextPage !== hasNextPage)
    faults.push(`a page that says hasNextPage ${info.hasNextPage}, expected ${hasNextPage}`);
  if (info !== null && rows.length > 0 && !info.endCursor) faults.push('a page with rows and no endCursor');
  return faults;
}
