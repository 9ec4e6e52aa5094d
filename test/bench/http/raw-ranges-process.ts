import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Types } from 'mongoose';
import { loadEnv } from '../../../src/platform/env';
import { openConnection } from '../../../src/platform/mongo-connection';
import type { Db } from '../../../src/store/driver';

/** What the raw server is asked: no token, no schema. */
export interface RangeQuestion {
  readonly tenantId: string;
  readonly from: string;
  readonly to: string;
  readonly first: number;
}

const DAY_MS = 86_400_000;
const FIELDS = { startsAt: 1, endsAt: 1, startsAtLocal: 1, timezone: 1, status: 1, capacity: 1, seatsLeft: 1 };

/** The least that answers a range: one find in command form and `JSON.stringify`, on Node's own HTTP server. */
async function main(): Promise<void> {
  const env = loadEnv();
  const connection = await openConnection(env.mongodbUri ?? '', env.mongodb);
  const database = connection.getClient().db(connection.name);
  const server = createServer((request, response) => void answer(database, request, response));
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ url: `http://127.0.0.1:${port}/` });
  });
  process.once('disconnect', () => {
    server.closeAllConnections();
    server.close();
    void connection.close().then(() => process.exit(0));
  });
}

async function answer(database: Db, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const question = JSON.parse(Buffer.concat(chunks).toString()) as RangeQuestion;
  const body = JSON.stringify(await page(database, question));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

async function page(database: Db, { tenantId, from, to, first }: RangeQuestion): Promise<unknown> {
  const earliest = new Date(Date.parse(from) - DAY_MS);
  const reply = await database.command({
    find: 'occurrences',
    filter: {
      tenantId: new Types.ObjectId(tenantId),
      startsAt: { $gt: earliest, $lt: new Date(to) },
      endsAt: { $gt: new Date(from) },
    },
    sort: { startsAt: 1, _id: 1 },
    projection: FIELDS,
    limit: first,
    batchSize: first + 1,
    singleBatch: true,
  });
  return (reply['cursor'] as { firstBatch: unknown }).firstBatch;
}

void main();
