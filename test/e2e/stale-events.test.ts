import { EventRepository } from '../../src/store/event.repository';
import { dataOf } from '../support/client';
import { secondProcess } from '../support/second-process';
import { testService } from '../support/service';
import { Organization } from '../support/walk/organization';

/*
 * Two processes without Redis: nobody tells the neighbour what changed, and the clock stands still, so that it goes on
 * holding an event as it was when it read it.
 */
jest.setTimeout(30_000);

const service = testService();
const neighbour = secondProcess(service, {});

const EVENT = 'query ($id: ID!) { event(id: $id) { name status } }';
const PUBLISH = 'mutation ($input: PublishEventInput!) { publishEvent(input: $input) { __typename } }';
const DATES = /* GraphQL */ `
  query ($range: DateRangeInput!) {
    occurrences(range: $range) {
      edges {
        node {
          name
          description
          event {
            name
            status
          }
        }
      }
    }
  }
`;
interface DateOnWire {
  readonly name: string;
  readonly event: { readonly name: string; readonly status: string };
}
interface Dates {
  readonly occurrences: { readonly edges: readonly { readonly node: DateOnWire }[] };
}
const MARCH = { range: { between: { from: '2027-03-01T00:00:00Z', to: '2027-04-01T00:00:00Z' } } };

/** Drafts that the neighbour has read as such, published where it does not hear of it. */
async function publishedBehindItsBack(house: Organization, names: readonly string[]) {
  const ids = [];
  for (const [n, name] of names.entries()) {
    const startsAtLocal = `2027-03-${String(10 + n)}T10:00`;
    const { id } = await house.event({ name, startsAtLocal, timezone: 'UTC', publish: false });
    const read = dataOf(await neighbour.ask(EVENT, { id }, house.members.ORGANIZER.token));
    expect(read).toEqual({ event: { name, status: 'DRAFT' } });
    ids.push(id);
  }
  for (const eventId of ids) await house.ask(PUBLISH, { input: { eventId } });
}

describe('whoever asks a process that does not know yet that an event was published', () => {
  it('is shown the list with its date, under the name of the event', async () => {
    const house = await Organization.found(service, 'S');
    await house.event({ name: 'Old', startsAtLocal: '2027-03-05T10:00', timezone: 'UTC' });
    await publishedBehindItsBack(house, ['New', 'Newer']);
    const reads = jest.spyOn(neighbour.running.app.get(EventRepository), 'findManyById');

    const { occurrences } = dataOf(await neighbour.ask<Dates>(DATES, MARCH, house.members.USER.token));

    const shown = occurrences.edges.map(({ node }) => [node.name, node.event.name, node.event.status]);
    expect(shown).toEqual(['Old', 'New', 'Newer'].map((name) => [name, name, 'PUBLISHED']));
    // One for what it does not hold, one for all that it holds as it was.
    expect(reads).toHaveBeenCalledTimes(2);
    reads.mockRestore();
  });
});
