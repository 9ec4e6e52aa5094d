import { getNamedType, isLeafType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import { buildSchema } from '../../src/graphql/build-schema';
import { decodeId } from '../../src/graphql/global-id';
import { testService } from '../support/service';
import { Organization } from '../support/walk/organization';

jest.setTimeout(30_000);

const service = testService();

type Node = Readonly<Record<string, unknown>>;
interface Page {
  readonly edges: readonly { readonly node: Node }[];
}
interface Answer {
  readonly occurrences: Page;
  readonly event: { readonly occurrences: Page };
}

/** A list reads what it is asked for, and no more: whatever is asked for has to be among it. */
describe('a date in a list', () => {
  let house: Organization;
  let eventId: string;
  let range: object;
  /** Each field of a date, written as a selection. */
  let fields: string[];
  let whole: Node;

  const askFor = async (selection: string) => {
    const query = `query ($eventId: ID!, $range: DateRangeInput!) {
      occurrences(range: $range) { edges { node { ${selection} } } }
      event(id: $eventId) { occurrences { edges { node { ${selection} } } } }
    }`;
    const { occurrences, event } = await house.ask<Answer>(query, { eventId, range }, house.members.ORGANIZER);
    return [occurrences, event.occurrences].map(({ edges }) => edges.map(({ node }) => node));
  };

  beforeAll(async () => {
    house = await Organization.found(service, 'S');
    const startsAtLocal = '2027-03-01T10:00';
    const event = await house.event({ name: 'a date', startsAtLocal, duration: 'PT1H', timezone: 'UTC', capacity: 7 });
    eventId = event.id;
    await house.seat(house.members.ORGANIZER, event.occurrences[0]?.id ?? '');
    // Under way, with a name of its own and with seats held, so that every field says something.
    const hour = (n: number) => new Date(service.clock.now().getTime() + n * 3_600_000);
    range = { between: { from: hour(-2), to: hour(2) } };
    const time = { startsAt: hour(-1), endsAt: hour(1) };
    const words = { name: 'its own name', description: 'its own words' };
    const dates = service.connection.collection('occurrences');
    await dates.updateOne({}, { $set: { ...time, ...words, heldSeats: 2, seatsLeft: 4 } });
    const occurrence = (await buildSchema()).getType('Occurrence') as GraphQLObjectType;
    fields = Object.values(occurrence.getFields()).map(selectionOf);
    const [[asked = {}] = []] = await askFor(fields.join(' '));
    whole = asked;
  });

  const selectionOf = ({ name, type }: GraphQLField<unknown, unknown>): string => {
    if (isLeafType(getNamedType(type))) return name;
    return name === 'registrations' ? 'registrations { edges { node { id } } }' : `${name} { id }`;
  };

  it('has every field that it has with all of them', () => {
    expect(decodeId('Occurrence', String(whole['id']))).toHaveLength(24);
    expect(whole).toMatchObject({ name: 'its own name', capacity: 7, seatsLeft: 4, seatsTaken: 3, status: 'ONGOING' });
  });

  it('says the same of each field when it is asked for that one alone, in either list', async () => {
    for (const field of fields) {
      const [name = ''] = field.split(' ');
      expect(await askFor(field)).toEqual([[{ [name]: whole[name] }], [{ [name]: whole[name] }]]);
    }
  });

  it('is called and described as its event where it has no words of its own', async () => {
    const own = service.connection.collection('occurrences');
    await own.updateOne({}, { $set: { name: null, description: null } });
    const [[named] = []] = await askFor('name');
    await own.updateOne({}, { $set: { name: whole['name'], description: whole['description'] } });
    expect(named).toEqual({ name: 'a date' });
  });

  it('says it under another name, and through fragments', async () => {
    const { seatsTaken, status, name } = whole;
    const query = `
      query ($range: DateRangeInput!) { occurrences(range: $range) { ...page } }
      fragment page on OccurrenceConnection { edges { ... on OccurrenceEdge { node { ...date } } } }
      fragment date on Node { ... on Occurrence { taken: seatsTaken status called: name } }
    `;
    const { occurrences } = await house.ask<Answer>(query, { range });
    expect(occurrences.edges).toEqual([{ node: { taken: seatsTaken, status, called: name } }]);
  });
});
