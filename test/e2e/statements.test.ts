import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { dataOf } from '../support/client';
import { founderOf } from '../support/founder';
import { testService } from '../support/service';

const service = testService();

const CREATE = 'mutation ($input: CreateEventInput!) { createEvent(input: $input) { __typename } }';
const FIFTY = /* GraphQL */ `
  query ($range: DateRangeInput!) {
    occurrences(range: $range, first: 50) {
      edges {
        node {
          name
          description
          event {
            name
          }
          myRegistration {
            id
          }
        }
      }
    }
  }
`;

/** How many statements the service sends to the collections while `work` runs, by the server's own count. */
async function statements(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const connection = service.running.app.get<Connection>(getConnectionToken());
  const database = connection.getClient().db(connection.name);
  await database.command({ profile: 2 });
  await work();
  await database.command({ profile: 0 });
  const rows = await database
    .collection('system.profile')
    .find({ op: { $in: ['query', 'command'] } })
    .toArray();
  const counts: Record<string, number> = {};
  for (const { ns } of rows) {
    const collection = String(ns).slice(connection.name.length + 1);
    if (!/^(system\.|\$cmd)/.test(collection)) counts[collection] = (counts[collection] ?? 0) + 1;
  }
  return counts;
}

describe('fifty occurrences with their events and the viewer’s registrations', () => {
  it('are read in as many statements as one would be', async () => {
    const ada = await founderOf(service, 'Ada');
    for (const hour of ['08', '10', '12']) {
      const event = { name: `At ${hour}`, timezone: 'UTC', startsAtLocal: `2027-03-01T${hour}:00`, duration: 'PT1H' };
      const input = { ...event, recurrence: { rule: { rrule: 'FREQ=DAILY;COUNT=20' } }, publish: true };
      dataOf(await service.ask(CREATE, { input }, ada.token));
    }
    const range = { between: { from: '2027-03-01T00:00:00Z', to: '2027-04-01T00:00:00Z' } };
    let edges: unknown[] = [];
    const counts = await statements(async () => {
      edges = dataOf(await service.ask<{ occurrences: { edges: unknown[] } }>(FIFTY, { range }, ada.token)).occurrences
        .edges;
    });
    expect(edges).toHaveLength(50);
    // Occurrences: the long ones that began before the range, and the others. Events: their horizon, and the loader.
    expect(counts).toEqual({ occurrences: 2, events: 2, registrations: 1 });
  });
});
