import { cacheKey, generationKey } from '../../src/platform/cache-key';
import { RedisLink } from '../../src/platform/redis';
import { cacheableEvent, cacheableOrganization } from '../../src/store/cacheable';
import { parseId } from '../../src/graphql/global-id';
import { codesOf } from '../support/client';
import { testRedis } from '../support/redis';
import { testService } from '../support/service';
import { furnished, type Furnished, idsByType } from '../support/walk/mirrored';
import { until } from '../support/until';

jest.setTimeout(60_000);

const redis = testRedis();
const service = testService({
  get REDIS_URL() {
    return redis.url;
  },
  CACHE_MEMORY_MS: '0',
});
let ours: Furnished;
let theirs: Furnished;

const EVENT = `query ($id: ID!) { event(id: $id) { id name } }`;
const ORGANIZATION = `query { organization { id name } }`;
const ofEvents = (house: Furnished) => [house.workshop, house.series, house.draft];
const plain = (id: string): string => parseId(id)?.id ?? '';
const keyOf = (house: Furnished, eventId: string) =>
  cacheKey({ tenantId: house.organization.tenantId }, cacheableEvent, plain(eventId));
const warm = async (house: Furnished) => {
  for (const { id } of ofEvents(house)) await house.organization.ask(EVENT, { id });
  await house.organization.ask(ORGANIZATION, {});
};
const keysOf = (house: Furnished) => redis.admin.keys(`t:${house.organization.tenantId}:*`);

beforeAll(async () => {
  ours = await furnished(service, 'A');
  theirs = await furnished(service, 'B');
  const link = service.running.app.get(RedisLink);
  await until(() => link.usable, 'Redis is in reach');
  await warm(ours);
  await warm(theirs);
  // Two generations, three events, one organization.
  await until(
    async () => (await keysOf(ours)).length === 6 && (await keysOf(theirs)).length === 6,
    'six keys of each are stored',
  );
});

describe('what the service keeps in Redis [T4]', () => {
  it('is under keys that begin with the tenant, and holds nothing of another', async () => {
    for (const [house, other] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      const keys = await keysOf(house);
      const ids = [other.organization.tenantId, ...Object.values(idsByType(other)).map(plain)];
      for (const key of keys) {
        expect(key).toMatch(/^t:[0-9a-f]{24}:(events|organizations|generation):\w+:v\d+$/);
        const text = `${key} ${(await redis.admin.get(key)) ?? ''}`;
        expect(text.toLowerCase()).not.toContain(other.organization.canary.toLowerCase());
        for (const id of ids) expect(text).not.toContain(id);
      }
    }
    const others = (await redis.admin.keys('*')).filter((key) => !/^t:[0-9a-f]{24}:/.test(key));
    // Counters of the rate limits have a maker, and a prefix, of their own.
    for (const key of others) expect(key).toMatch(/^rate:/);
  });

  it('holds no seat numbers, nobody’s address and no name of a person', async () => {
    for (const key of await redis.admin.keys('t:*')) {
      expect((await redis.admin.get(key)) ?? '').not.toMatch(/seatsTaken|seatsLeft|waitingCount|@|email/i);
    }
  });

  it('answers nobody of another organization: what A has warmed does not exist for B', async () => {
    const before = await keysOf(theirs);
    for (const { id } of ofEvents(ours)) {
      const answer = await service.ask(EVENT, { id }, theirs.organization.admin.token);
      expect(codesOf(answer)).toEqual(['NOT_FOUND']);
    }
    expect(await keysOf(theirs)).toHaveLength(before.length);
  });

  it('shows a draft that an organizer has warmed to no user', async () => {
    const { USER, ORGANIZER } = ours.organization.members;
    const ask = (token: string) => service.ask(EVENT, { id: ours.draft.id }, token);

    expect(codesOf(await ask(USER.token))).toEqual(['NOT_FOUND']);
    expect(codesOf(await ask(ORGANIZER.token))).toEqual([]);
  });

  it('is not believed when it names another organization, whoever put it there', async () => {
    const [tenantId, foreign] = [theirs.organization.tenantId, ours.workshop.id];
    const word = (house: Furnished, noun: string) =>
      redis.admin.get(generationKey({ tenantId: house.organization.tenantId }, noun));
    const stolen = (await redis.admin.get(keyOf(ours, foreign)))?.split('\n')[1] ?? '';
    expect(stolen).toContain(ours.organization.canary);
    await redis.admin.set(keyOf(theirs, foreign), `${await word(theirs, 'events')}\n${stolen}`);
    const ownKey = cacheKey({ tenantId }, cacheableOrganization, tenantId);
    const ourKey = cacheKey(ours.organization, cacheableOrganization, ours.organization.tenantId);
    const organization = (await redis.admin.get(ourKey))?.split('\n')[1] ?? '';
    await redis.admin.set(ownKey, `${await word(theirs, 'organizations')}\n${organization}`);

    const event = await service.ask(EVENT, { id: foreign }, theirs.organization.admin.token);
    expect(codesOf(event)).toEqual(['NOT_FOUND']);
    const answer = await theirs.organization.ask<{ organization: { name: string } }>(ORGANIZATION, {});
    expect(answer.organization.name).toBe(theirs.organization.canary);
  });
});
