import { Types } from 'mongoose';
import { holderOfUser, type UserId } from '../../../src/domain/ids';
import type { Db, Document } from '../../../src/store/driver';
import { openPeer, readJson, sendJson, serve } from './peer';
import { DATE_FIELDS, type RawQuestion, REGISTRATION_FIELDS } from './questions';

const DAY_MS = 86_400_000;

/** The least that answers: one find in command form and `JSON.stringify`, on Node's own HTTP server. */
async function main(): Promise<void> {
  const { connection, database } = await openPeer();
  serve(
    (request, response) =>
      void readJson<RawQuestion>(request)
        .then((question) => page(database, question))
        .then((rows) => sendJson(response, rows)),
    () => connection.close(),
  );
}

async function page(database: Db, question: RawQuestion): Promise<unknown> {
  const { first } = question;
  const find = question.userId === undefined ? datesOf(question) : registrationsOf(question, question.userId);
  // One more than is shown, as everybody here reads to know whether there is more.
  const limit = first + 1;
  const reply = await database.command({ ...find, limit, batchSize: limit, singleBatch: true });
  return (reply['cursor'] as { firstBatch: unknown[] }).firstBatch.slice(0, first);
}

function datesOf({ tenantId, from = '', to = '' }: RawQuestion): Document {
  const earliest = new Date(Date.parse(from) - DAY_MS);
  return {
    find: 'occurrences',
    filter: {
      tenantId: new Types.ObjectId(tenantId),
      startsAt: { $gt: earliest, $lt: new Date(to) },
      endsAt: { $gt: new Date(from) },
    },
    sort: { startsAt: 1, _id: 1 },
    projection: DATE_FIELDS,
  };
}

const registrationsOf = ({ tenantId }: RawQuestion, userId: string): Document => ({
  find: 'registrations',
  filter: { tenantId: new Types.ObjectId(tenantId), holder: holderOfUser(userId as UserId) },
  sort: { s: 1, _id: 1 },
  projection: REGISTRATION_FIELDS,
});

void main();
