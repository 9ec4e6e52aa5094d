import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { DeliveryWorker } from '../../src/use-cases/delivery/delivery-worker';
import { DueWorker } from '../../src/use-cases/jobs/due-worker';
import { ClockChanges } from '../../src/use-cases/jobs/clock-changes';
import { HorizonExtender } from '../../src/use-cases/jobs/horizon-extender';
import { JournalRetention } from '../../src/use-cases/jobs/journal-retention';
import { dataOf } from '../support/client';
import { founderOf } from '../support/founder';
import { testService } from '../support/service';
import { founderIn } from '../support/sessions';

jest.setTimeout(30_000);

const service = testService();

/** They read when they like, e.g. the organization of an invitation for its mail. */
const JOBS = [DueWorker, DeliveryWorker, HorizonExtender, ClockChanges, JournalRetention];

beforeAll(async () => {
  for (const job of JOBS) await service.running.app.get<{ stop(): Promise<void> }>(job).stop();
});

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
  await database.collection('system.profile').drop();
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
    // Occurrences: the long ones that began before the range, and the others. No horizon: nobody asked for it.
    expect(counts).toEqual({ occurrences: 2, events: 1, registrations: 1 });
  });
});

describe('who asks, under twenty names', () => {
  it('is read in one statement for each relation', async () => {
    const host = await founderOf(service, 'Host');
    const { own } = await founderIn(service, 'Guest', host);
    const organization = 'id name slug status';
    const fields = `account { id email } user { id name } organization { ${organization} } organizations { ${organization} }`;
    const names = Array.from({ length: 20 }, (_, index) => `v${index}`);
    const query = `{ ${names.map((name) => `${name}: viewer { ${fields} }`).join(' ')} }`;
    // Whether the token is good, and the organization's metadata, this process knows for a moment: not counted here.
    dataOf(await service.ask('{ organization { id } }', {}, own.token));
    let answers: Record<string, { organizations: unknown[] }> = {};
    const counts = await statements(async () => {
      answers = dataOf(await service.ask<typeof answers>(query, {}, own.token));
    });

    expect(Object.keys(answers)).toEqual(names);
    for (const { organizations } of Object.values(answers)) expect(organizations).toHaveLength(2);
    expect(counts).toEqual({ accounts: 1, users: 1, organizations: 1 });
  });
});
