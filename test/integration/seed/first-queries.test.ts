import { DEMO, seedDatabase, type ScenarioName } from '../../../scripts/seed/seed-database';
import { SEED_PASSWORD } from '../../../scripts/seed/seed-password';
import { dataOf } from '../../support/client';
import { brokenInvariants } from '../../support/invariants';
import { testService } from '../../support/service';

const service = testService();

const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } } }';

async function tokenOf(email: string): Promise<string> {
  const input = { email, password: SEED_PASSWORD };
  const { logIn } = dataOf(await service.ask<{ logIn: { session: { accessToken: string } } }>(LOG_IN, { input }));
  return logIn.session.accessToken;
}

const seed = (scenario: ScenarioName) =>
  seedDatabase(service.connection, { ...DEMO, scenario }, { clock: service.clock, progress: () => undefined });

describe.each<ScenarioName>(['demo', 'load', 'dst', 'conflicts'])('the first queries of %s', (scenario) => {
  it('answer what they say, to somebody who logs in with the password that is shown', async () => {
    const { firstQueries } = await seed(scenario);
    expect(firstQueries.length).toBeGreaterThan(1);
    for (const { as, document, answers } of firstQueries) {
      const answer = await service.ask<Record<string, { __typename?: string }>>(
        document,
        {},
        await tokenOf(as.user.email),
      );
      const [result] = Object.values(dataOf(answer));
      expect(result).not.toBeNull();
      if (answers !== null) expect(result?.__typename).toBe(answers);
    }
    expect(await brokenInvariants(service.connection)).toEqual([]);
  });
});

interface Dates {
  event: { name: string; occurrences: { edges: { node: Record<string, unknown> }[] } };
}

describe('the demo', () => {
  it('shows a series that stays at half past six while the clocks go forward', async () => {
    const { firstQueries } = await seed('demo');
    const [dates] = firstQueries;
    if (!dates) throw new Error('no first query');
    const { event } = dataOf(await service.ask<Dates>(dates.document, {}, await tokenOf(dates.as.user.email)));
    expect(event.occurrences.edges.map(({ node }) => [node['startsAtLocal'], node['startsAt']])).toEqual([
      ['2027-03-23T18:30:00', '2027-03-23T17:30:00.000Z'],
      ['2027-03-30T18:30:00', '2027-03-30T16:30:00.000Z'],
    ]);
  });

  it('offers the next date with seats for one that is full, and names the rehearsal that stands in the way', async () => {
    const { firstQueries } = await seed('demo');
    const [, , full, overlap] = firstQueries;
    if (!full || !overlap) throw new Error('no first queries');
    const ask = async (document: string) =>
      dataOf(await service.ask(document, {}, await tokenOf('uma@harbour.example')));
    expect(await ask(full.document)).toMatchObject({
      registerForOccurrence: {
        code: 'OCCURRENCE_FULL',
        seatsLeft: 0,
        nextWithSeats: { startsAtLocal: '2027-01-26T18:30:00', seatsLeft: 6 },
      },
    });
    expect(await ask(overlap.document)).toMatchObject({
      registerForOccurrence: { conflictingRegistration: { occurrence: { name: 'Choir rehearsal' } } },
    });
  });
});

describe('the clock changes', () => {
  it('have a date that is moved out of the skipped hour, and says so', async () => {
    const { firstQueries } = await seed('dst');
    const [dates] = firstQueries;
    if (!dates) throw new Error('no first query');
    const { event } = dataOf(await service.ask<Dates>(dates.document, {}, await tokenOf(dates.as.user.email)));
    expect(event.occurrences.edges.map(({ node }) => [node['startsAtLocal'], node['dstAdjusted']])).toEqual([
      ['2027-03-26T02:30:00', null],
      ['2027-03-27T02:30:00', null],
      ['2027-03-28T03:30:00', 'GAP'],
      ['2027-03-29T02:30:00', null],
    ]);
  });

  it('flag half an hour too, where Lord Howe changes by no more', async () => {
    await seed('dst');
    const flagged = await service.connection
      .collection('occurrences')
      .find({ timezone: 'Australia/Lord_Howe', dstAdjusted: { $ne: null } })
      .sort({ startsAt: 1 })
      .toArray();
    expect(flagged.map(({ recurrenceId, dstAdjusted }) => [recurrenceId as string, dstAdjusted as string])).toEqual([
      ['2027-04-04T01:45:00', 'OVERLAP'],
      ['2027-10-03T02:15:00', 'GAP'],
    ]);
  });
});

describe('the conflicts', () => {
  it('meet in every way: nobody can take any of the overlapping dates, and everybody the touching ones', async () => {
    const { organizations } = await seed('conflicts');
    const token = await tokenOf('user-4@conflicts-1.example');
    const PAGE =
      'query ($after: String) { occurrences(first: 100, after: $after, range: { between: { from: "2027-01-04T00:00:00Z", to: "2027-12-31T00:00:00Z" } }) { edges { node { id name } } } }';
    const { occurrences } = dataOf(
      await service.ask<{ occurrences: { edges: { node: { id: string; name: string } }[] } }>(PAGE, {}, token),
    );
    const named = (word: string) => occurrences.edges.filter(({ node }) => node.name.startsWith(word));
    expect(organizations).toHaveLength(1);
    expect([named('Booked').length, named('Overlaps').length, named('Touches').length]).toEqual([5, 39, 10]);
    const REGISTER = 'mutation ($id: ID!) { registerForOccurrence(input: { occurrenceId: $id }) { __typename } }';
    for (const { node } of [...named('Overlaps'), ...named('Touches')]) {
      const answer = await service.ask<{ registerForOccurrence: object }>(REGISTER, { id: node.id }, token);
      const expected = node.name.startsWith('Touches')
        ? 'RegisterForOccurrencePayload'
        : 'OverlappingRegistrationError';
      expect([node.name, dataOf(answer).registerForOccurrence]).toEqual([node.name, { __typename: expected }]);
    }
  });
});
