import { encodeId } from '../../src/graphql/global-id';
import { newId } from '../../src/platform/new-id';
import type { Ask, ProcessReport } from '../support/booking-process';
import { runChild } from '../support/child';
import { type Feed, listen, liveClient, RawLive, hearUntil } from '../support/live-client';
import { testService } from '../support/service';
import { Organization, plainId } from '../support/walk/organization';

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
const UPDATE = 'mutation ($input: UpdateOccurrenceInput!) { updateOccurrence(input: $input) { __typename } }';
const CANCEL = 'mutation ($input: CancelOccurrenceInput!) { cancelOccurrence(input: $input) { __typename } }';
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
  hearUntil(feed, ({ occurrenceAvailability }) => occurrenceAvailability.seatsTaken === seats);

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

describe('another process', () => {
  it('takes a seat, and it is shown', async () => {
    const id = await firstDate();
    const feed = listen<Seats>(client(), SEATS, { id });
    await feed.next();
    const asks: Ask[] = [{ tenantId: ours.tenantId, occurrenceIds: [plainId(id)], userId: null, clients: 1 }];
    const child = runChild('test/support/booking-process.ts', [service.running.mongodbUri, JSON.stringify(asks)]);
    try {
      expect(await child.line()).toBe('ready');
      child.process.kill('SIGUSR2');
      const report = child.line().then((line) => JSON.parse(line) as ProcessReport);
      expect((await taken(feed, 1)).occurrenceAvailability.seatsLeft).toBe(9);
      expect((await report).told).toMatchObject([[plainId(id), expect.any(String), 'done']]);
    } finally {
      await child.end('SIGKILL');
    }
  });
});

describe('what organizers do', () => {
  it('is told: more seats, another time, the date called off', async () => {
    const { occurrences, startsAtLocal } = await ours.event();
    const [{ id = '', revision } = { id: '', revision: 0 }] = occurrences;
    const seat = await ours.seat(ours.members.USER, id);
    const seats = listen<Seats>(client(), SEATS, { id });
    const mine = listen<Mine>(client(), MINE);
    await Promise.all([seats.next(), mine.next()]);
    const later = startsAtLocal.replace(/T\d\d/, 'T20');
    await service.ask(
      UPDATE,
      { input: { occurrenceId: id, expectedRevision: revision, capacity: 25 } },
      ours.admin.token,
    );
    const roomy = await hearUntil(seats, ({ occurrenceAvailability: { seatsLeft } }) => seatsLeft === 24);
    const move = { occurrenceId: id, expectedRevision: roomy.occurrenceAvailability.revision, startsAtLocal: later };
    await service.ask(UPDATE, { input: move }, ours.admin.token);
    const moved = await hearUntil(mine, ({ myRegistrationChanged: { registration } }) => registration?.id === seat);
    expect(moved.myRegistrationChanged.registration).toMatchObject({ revision: 2, status: 'CONFIRMED' });
    await service.ask(CANCEL, { input: { occurrenceId: id } }, ours.admin.token);
    await hearUntil(seats, ({ occurrenceAvailability: { status } }) => status === 'CANCELLED');
    await hearUntil(mine, ({ myRegistrationChanged: { registration } }) => registration?.status === 'CANCELLED');
    await Promise.all([seats.end(), mine.end()]);
  });
});

describe('a stop of the service', () => {
  it('closes every connection with 1001, and does not wait for them', async () => {
    const raw = await RawLive.open(service.url);
    await raw.init({ accessToken: ours.admin.token });
    const feed = listen<Seats>(client(), SEATS, { id: await firstDate() });
    await feed.next();
    const url = service.url;
    const stopped = service.running.stop();
    expect(await raw.closed).toEqual({ code: 1001, reason: 'Going away' });
    await expect(feed.next()).rejects.toMatchObject({ code: 1001 });
    await stopped;
    await expect(RawLive.open(url)).rejects.toThrow();
  });
});
