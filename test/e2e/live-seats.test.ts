import { encodeId } from '../../src/graphql/global-id';
import { newId } from '../../src/platform/new-id';
import { LiveConnections } from '../../src/graphql/live-connections';
import { type Feed, listen, liveClient, until } from '../support/live-client';
import { testService } from '../support/service';
import { Organization } from '../support/walk/organization';

jest.setTimeout(30_000);

const service = testService();
let ours: Organization;
beforeAll(async () => {
  ours = await Organization.found(service, 'A');
});

const SEATS = `subscription Seats($id: ID!) {
  occurrenceAvailability(occurrenceId: $id) {
    seatsTaken seatsLeft capacity waitingCount status revision readAt
    occurrence { id name event { name } myRegistration { id } }
  }
}`;
interface Seats {
  readonly occurrenceAvailability: {
    readonly seatsTaken: number;
    readonly seatsLeft: number | null;
    readonly status: string;
    readonly revision: number;
    readonly occurrence: { readonly id: string; readonly myRegistration: { readonly id: string } | null };
  };
}
const MINE = `subscription Mine {
  myRegistrationChanged {
    snapshot { id status revision }
    hasMore
    registration { id status revision seats occurrence { id name } }
  }
}`;
interface RegistrationOnWire {
  readonly id: string;
  readonly status: string;
  readonly revision: number;
}
interface Mine {
  readonly myRegistrationChanged: {
    readonly snapshot: RegistrationOnWire[] | null;
    readonly hasMore: boolean;
    readonly registration: RegistrationOnWire | null;
  };
}

const client = (token = ours.members.USER.token) => liveClient(service.url, token);
const firstDate = async (organization = ours): Promise<string> => (await organization.event()).occurrences[0]?.id ?? '';
const taken = (feed: Feed<Seats>, seats: number) =>
  until(feed, ({ occurrenceAvailability }) => occurrenceAvailability.seatsTaken === seats);

describe('occurrenceAvailability', () => {
  it('tells how things stand, and again after a seat was taken and given back', async () => {
    const id = await firstDate();
    const feed = listen<Seats>(client(), SEATS, { id });
    expect((await feed.next()).data?.occurrenceAvailability).toMatchObject({
      seatsTaken: 0,
      seatsLeft: 10,
      capacity: 10,
      waitingCount: 0,
      status: 'SCHEDULED',
      revision: 1,
      occurrence: { id, name: ours.mark('Workshop'), event: { name: ours.mark('Workshop') }, myRegistration: null },
    });
    const seat = await ours.seat(ours.members.USER, id);
    // What hangs below is read anew for each message.
    expect((await taken(feed, 1)).occurrenceAvailability).toMatchObject({
      seatsLeft: 9,
      occurrence: { myRegistration: { id: seat } },
    });
    await ours.giveBack(ours.members.USER, seat);
    expect((await taken(feed, 0)).occurrenceAvailability.occurrence.myRegistration).toBeNull();
    await feed.end();
  });

  it('answers for a date that never was, and for junk, as queries do', async () => {
    for (const id of [encodeId('Occurrence', newId()), 'junk']) {
      const [answer] = await listen<Seats>(client(), SEATS, { id }).rest();
      expect(answer?.errors).toMatchObject([
        {
          path: ['occurrenceAvailability'],
          extensions: { code: 'NOT_FOUND', requestId: expect.any(String) as string },
        },
      ]);
    }
  });
});

describe('myRegistrationChanged', () => {
  it('tells what there is, and then what becomes of it', async () => {
    const [first, second] = [await firstDate(), await firstDate()];
    const { ORGANIZER: me } = ours.members;
    const before = await ours.seat(me, first);
    const feed = listen<Mine>(client(me.token), MINE);
    expect((await feed.next()).data?.myRegistrationChanged).toEqual({
      snapshot: [{ id: before, status: 'CONFIRMED', revision: 1 }],
      hasMore: false,
      registration: null,
    });
    const after = await ours.seat(me, second);
    expect((await feed.next()).data?.myRegistrationChanged).toMatchObject({
      snapshot: null,
      registration: { id: after, status: 'CONFIRMED', occurrence: { id: second } },
    });
    await ours.giveBack(me, before);
    expect((await feed.next()).data?.myRegistrationChanged.registration).toMatchObject({
      id: before,
      status: 'CANCELLED',
      revision: 2,
    });
    await feed.end();
  });
});

it('leaves nothing behind', async () => {
  const { app } = service.running;
  expect(app.get(LiveConnections).size).toBeGreaterThanOrEqual(0);
});
