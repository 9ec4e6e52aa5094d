import type { Occurrence } from '../../src/domain/occurrence';
import { encodeId } from '../../src/graphql/global-id';
import { newId } from '../../src/platform/new-id';
import { OccurrenceRepository } from '../../src/store/occurrence.repository';
import { listen, liveClient, RawLive } from '../support/live-client';
import { testService } from '../support/service';
import { until } from '../support/until';
import { dumpOf, idsIn, Secrets } from '../support/walk/leaks';
import { furnished, type Furnished } from '../support/walk/mirrored';
import { type Member, Organization, plainId } from '../support/walk/organization';
import { selectionOf, schema, subscriptions } from '../support/wire';

jest.setTimeout(120_000);

const service = testService({ LOG_LEVEL: 'silent' });
let ours: Furnished;
let theirs: Furnished;
beforeAll(async () => {
  [ours, theirs] = [await furnished(service, 'A'), await furnished(service, 'B')];
});
afterEach(() => jest.restoreAllMocks());

/** Every subscription with everything that can be reached from it. */
const everything = (name: string, args: string): string => {
  const field = schema.getSubscriptionType()?.getFields()[name];
  if (field === undefined) throw new Error(`There is no subscription ${name}.`);
  return `${name}${args} ${selectionOf(field.type)}`;
};
const SEATS = `subscription ($id: ID!) { ${everything('occurrenceAvailability', '(occurrenceId: $id)')} }`;
/** What a busy client asks for. */
const SEATS_IN_SHORT = `subscription ($id: ID!) {
  occurrenceAvailability(occurrenceId: $id) {
    seatsTaken occurrence { id name event { id name description } myRegistration { id user { id name email } } }
  }
}`;
const MINE_IN_SHORT = `subscription {
  myRegistrationChanged { registration { id status cancelReason user { name } occurrence { id name event { name } } } }
}`;
const MINE = `subscription { ${everything('myRegistrationChanged', '')} }`;

const secretsOf = async ({ organization }: Furnished): Promise<Secrets> =>
  new Secrets([organization.canary], idsIn(await dumpOf(service.connection, organization.tenantId)));
const dateOf = ({ workshop }: Furnished): string => workshop.occurrences[0]?.id ?? '';

/** Everything that a member is sent, as it comes off the wire. */
async function eavesdrop(member: Member, wanted: readonly { query: string; variables?: object }[]): Promise<RawLive> {
  const raw = await RawLive.open(service.url);
  await raw.init({ accessToken: member.token });
  wanted.forEach((payload, n) => raw.send({ type: 'subscribe', id: String(n), payload }));
  for (const n of wanted.keys()) await raw.firstOf(String(n));
  return raw;
}
const nextsOf = (raw: RawLive) => raw.received.filter(({ type }) => type === 'next');

it('the walk over subscriptions knows each of them', () => {
  expect(subscriptions).toEqual(['myRegistrationChanged', 'occurrenceAvailability']);
});

describe('an id of another organization', () => {
  it('is like one that never was, whoever asks, and whatever its form', async () => {
    for (const member of Object.values(ours.organization.members)) {
      const answers = await Promise.all(
        [
          encodeId('Occurrence', newId()),
          dateOf(theirs),
          theirs.draft.occurrences[0]?.id ?? '',
          theirs.workshop.id,
        ].map(async (id) => {
          const [answer] = await listen(liveClient(service.url, member.token), SEATS, { id }).rest();
          return JSON.stringify(answer, (key, value: unknown) => (key === 'requestId' ? undefined : value));
        }),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('NOT_FOUND');
    }
  });

  it('and a draft of one’s own are alike to a USER; organizers watch it', async () => {
    const id = ours.draft.occurrences[0]?.id ?? '';
    const { USER, ORGANIZER } = ours.organization.members;
    const [toUser] = await listen(liveClient(service.url, USER.token), SEATS, { id }).rest();
    expect(toUser?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const feed = listen(liveClient(service.url, ORGANIZER.token), SEATS, { id });
    expect((await feed.next()).data).toMatchObject({ occurrenceAvailability: { status: 'DRAFT' } });
    await feed.end();
  });
});

describe('two organizations at once', () => {
  /** Each takes and gives back seats, so that both feeds are full of both. */
  async function bustle(side: Furnished, times: number): Promise<void> {
    const { organization } = side;
    for (let n = 0; n < times; n += 1) {
      await organization.giveBack(organization.admin, await organization.seat(organization.admin, dateOf(side)));
    }
  }

  it('each hear of their own alone, in a thousand messages [G15]', async () => {
    const [foreignToUs, foreignToThem] = [await secretsOf(theirs), await secretsOf(ours)];
    const sides = [
      { side: ours, foreign: foreignToUs },
      { side: theirs, foreign: foreignToThem },
    ];
    const ears = await Promise.all(
      sides.map(async ({ side, foreign }) => {
        const wanted = [{ query: SEATS_IN_SHORT, variables: { id: dateOf(side) } }, { query: MINE_IN_SHORT }];
        const members = Object.values(side.organization.members);
        const raws = await Promise.all([...members, ...members].map((member) => eavesdrop(member, wanted)));
        return { side, raws, foreign };
      }),
    );
    const heard = () => ears.map(({ raws }) => raws.reduce((sum, raw) => sum + nextsOf(raw).length, 0));
    const isEnough = async (): Promise<boolean> => {
      await Promise.all([bustle(ours, 10), bustle(theirs, 10)]);
      return Math.min(...heard()) >= 500;
    };
    await until(isEnough, 'each organization has heard 500 messages', { patienceMs: 60_000 });
    for (const { side, raws, foreign } of ears) {
      const told = raws.map((raw) => raw.received.map((message) => JSON.stringify(message)).join('\n')).join('\n');
      expect(told).toContain(side.organization.canary);
      // Word for word, each once: the messages are alike, and looking into each of them anew takes half a minute.
      const words = [...new Set(told.match(/[\w-]+/g))].join('\n');
      expect(foreign.foundIn(words)).toEqual([]);
      expect(new Secrets([side.organization.canary], []).foundIn(words)).not.toEqual([]);
    }
    expect(heard().reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(1_000);
    for (const { raws } of ears) for (const { socket } of raws) socket.terminate();
  });

  it('what one user is told of registrations is not told to a colleague', async () => {
    const { admin, members } = ours.organization;
    const raw = await eavesdrop(members.USER, [{ query: MINE }]);
    const date = (await ours.organization.event()).occurrences[0]?.id ?? '';
    const theirSeat = await ours.organization.seat(admin, date);
    const mySeat = await ours.organization.seat(members.USER, date);
    await raw.until((message) => JSON.stringify(message).includes(mySeat));
    expect(JSON.stringify(raw.received)).not.toContain(theirSeat);
    raw.socket.terminate();
  });

  it('would be caught, if a reader of the database forgot the tenant: the last lock holds', async () => {
    const occurrences = service.running.app.get(OccurrenceRepository);
    const findById = occurrences.findById.bind(occurrences);
    const theirScope = { tenantId: theirs.organization.tenantId } as Parameters<typeof findById>[0];
    const theirDate = plainId<Occurrence['id']>(dateOf(theirs));
    jest.spyOn(occurrences, 'findById').mockImplementation(() => findById(theirScope, theirDate));
    const client = liveClient(service.url, ours.organization.members.USER.token);
    const [answer] = await listen(client, SEATS, { id: dateOf(ours) }).rest();
    expect(answer?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect((await secretsOf(theirs)).foundIn(JSON.stringify(answer))).toEqual([]);
  });
});

it('an organization without anything hears nothing', async () => {
  const third = await Organization.found(service, 'C');
  const raw = await eavesdrop(third.admin, [{ query: MINE }]);
  await ours.organization.giveBack(
    ours.organization.admin,
    await ours.organization.seat(ours.organization.admin, dateOf(ours)),
  );
  raw.send({ type: 'ping' });
  await raw.until(({ type }) => type === 'pong');
  expect(nextsOf(raw)).toHaveLength(1);
  raw.socket.terminate();
});
