import { fastify } from 'fastify';
import { announce, openPeer, subjectOf, untilParentIsGone } from './peer';
import { PlainReads } from './plain-reads';
import type { DatesQuestion } from './questions';

const text = { type: 'string' } as const;
const instant = { type: 'string', format: 'date-time' } as const;
const whole = { type: 'integer' } as const;
const wholeOrNull = { type: 'integer', nullable: true } as const;

const page = (properties: object): object => ({
  200: {
    type: 'object',
    properties: {
      edges: {
        type: 'array',
        items: { type: 'object', properties: { node: { type: 'object', properties } } },
      },
      pageInfo: {
        type: 'object',
        properties: { hasNextPage: { type: 'boolean' }, endCursor: { type: 'string', nullable: true } },
      },
    },
  },
});

const datesQuestion = {
  type: 'object',
  required: ['from', 'to', 'first'],
  properties: { from: instant, to: instant, first: whole },
};
const dates = page({
  id: text,
  startsAt: instant,
  endsAt: instant,
  startsAtLocal: text,
  timezone: text,
  status: text,
  capacity: wholeOrNull,
  seatsLeft: wholeOrNull,
});
const registrations = page({ id: text, status: text, seats: whole, createdAt: instant, revision: whole });

/** REST on Fastify, with schemas for question and answer as its guide has it: the answer's becomes a serializer. */
async function main(): Promise<void> {
  const { connection, database, tokens } = await openPeer();
  const reads = new PlainReads(database);
  const app = fastify();
  app.post<{ Body: DatesQuestion }>(
    '/occurrences',
    { schema: { body: datesQuestion, response: dates } },
    async ({ headers, body: { from, to, first } }) =>
      reads.dates(await subjectOf(tokens, headers.authorization), new Date(from), new Date(to), first),
  );
  app.post<{ Body: { first: number } }>(
    '/registrations',
    {
      schema: {
        body: { type: 'object', required: ['first'], properties: { first: whole } },
        response: registrations,
      },
    },
    async ({ headers, body: { first } }) => reads.registrations(await subjectOf(tokens, headers.authorization), first),
  );
  announce(await app.listen({ host: '127.0.0.1', port: 0 }));
  untilParentIsGone(async () => {
    await app.close();
    await connection.close();
  });
}

void main();
