import { createHash } from 'node:crypto';
import { codesOf, type Answer } from '../../support/client';
import { colleagueOf, founderOf, type SignedIn } from '../../support/founder';
import { testRedis } from '../../support/redis';
import { testService } from '../../support/service';

jest.setTimeout(30_000);

const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } } }';
const RIGHT = 'correct horse battery';

interface Asked extends Answer<unknown> {
  readonly errors: Answer<unknown>['errors'];
}

/** Asks as whoever the headers say. */
async function ask(
  url: string,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<Asked> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, headers: response.headers, ...((await response.json()) as Pick<Asked, 'errors'>) };
}
const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const as = ({ token }: SignedIn): Record<string, string> => ({ authorization: `Bearer ${token}` });
const logIn = (url: string, email: string, password: string, address = '192.0.2.1') =>
  ask(url, LOG_IN, { input: { email, password } }, from(address));

/** The refusal, and how long it says to wait in both places. */
function expectLimited({ errors, headers }: Asked, within: number): void {
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['RATE_LIMITED']);
  const { retryAfterMs } = errors?.[0]?.extensions as unknown as { retryAfterMs: number };
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(within);
  expect(headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1_000)));
}

describe('one address', () => {
  const service = testService({ RATE_LIMIT_ADDRESS: '20' });

  it('is told to wait, in JSON, before a body is read; watchers are not', async () => {
    const answers = [];
    for (let n = 0; n < 25; n += 1) answers.push(await ask(service.url, '{ __typename }'));
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array<number>(20).fill(200),
      ...Array<number>(5).fill(429),
    ]);
    for (const answer of answers.slice(20)) expectLimited(answer, 60_000);
    const broken = await fetch(service.url, { method: 'POST', body: '{' });
    expect(broken.status).toBe(429);
    for (const path of ['/health', '/ready']) expect((await fetch(new URL(path, service.url))).status).toBe(200);
  });

  it('J12: is the peer, whatever X-Forwarded-For says', async () => {
    for (let n = 0; n < 20; n += 1) await ask(service.url, '{ __typename }', {}, from(`203.0.113.${n}`));
    expectLimited(await ask(service.url, '{ __typename }', {}, from('203.0.113.9')), 60_000);
    const forged = { ...from('203.0.113.9, 127.0.0.1'), forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' };
    expectLimited(await ask(service.url, '{ __typename }', {}, forged), 60_000);
  });
});

describe('J12: behind a proxy that is named', () => {
  const service = testService({ RATE_LIMIT_ADDRESS: '5', TRUST_PROXY: '1' });

  it('each client has a budget of its own, and what it says of itself counts nothing', async () => {
    const statuses = async (header: (n: number) => string): Promise<number[]> => {
      const found = [];
      for (let n = 0; n < 7; n += 1) found.push((await ask(service.url, '{ __typename }', {}, from(header(n)))).status);
      return found;
    };
    const allowed = [200, 200, 200, 200, 200, 429, 429];
    expect(await statuses(() => '192.0.2.1')).toEqual(allowed);
    expect(await statuses(() => '192.0.2.2')).toEqual(allowed);
    // The proxy adds the address that it saw; the rest was sent by the client.
    expect(await statuses((n) => `10.0.0.${n}, 192.0.2.3`)).toEqual(allowed);
    // One person has a whole network of IPv6 addresses.
    expect(await statuses((n) => `2001:db8:1:2::${n}`)).toEqual(allowed);
    expect(await statuses((n) => `junk ${n}`)).toEqual(allowed);
  });
});

describe('J9: guessing a password', () => {
  const service = testService({ RATE_LIMIT_LOG_IN: '5', TRUST_PROXY: '1' });
  beforeAll(async () => {
    await founderOf(service, 'Ada');
    await founderOf(service, 'Bob');
  });

  it('ends after a few failures, for right and wrong passwords and for known and unknown accounts alike', async () => {
    for (const email of ['ada@example.org', 'nobody@example.org']) {
      for (let n = 0; n < 5; n += 1)
        expect(codesOf(await logIn(service.url, email, `guess ${n}`))).toEqual(['UNAUTHENTICATED']);
      expectLimited(await logIn(service.url, email, 'guess'), 900_000);
      expectLimited(await logIn(service.url, email, RIGHT), 900_000);
      expectLimited(await logIn(service.url, ` ${email.toUpperCase()}`.trim(), RIGHT), 900_000);
    }
  });

  it('locks out neither the owner elsewhere nor others behind the same address', async () => {
    expect(codesOf(await logIn(service.url, 'ada@example.org', RIGHT, '192.0.2.2'))).toEqual([]);
    expect(codesOf(await logIn(service.url, 'bob@example.org', RIGHT))).toEqual([]);
  });

  it('is no faster for many guesses at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, n) => logIn(service.url, 'bob@example.org', `guess ${n}`, '192.0.2.3')),
    );
    const codes = all.flatMap(codesOf);
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(35);
  });

  it('is forgotten when the right one comes in time', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 4; n += 1) await logIn(service.url, 'bob@example.org', 'mistyped', '192.0.2.4');
      expect(codesOf(await logIn(service.url, 'bob@example.org', RIGHT, '192.0.2.4'))).toEqual([]);
    }
  });
});

describe('J9, J12: negative control', () => {
  const service = testService();

  it('without the limits a guesser goes on, from one address as from many', async () => {
    await founderOf(service, 'Ada');
    for (let n = 0; n < 15; n += 1) {
      expect(codesOf(await logIn(service.url, 'ada@example.org', `guess ${n}`))).toEqual(['UNAUTHENTICATED']);
    }
  });
});

describe('G13: mutations that try a secret', () => {
  const service = testService({ RATE_LIMIT_SENSITIVE: '10' });
  const times = (count: number): string =>
    Array.from(
      { length: count },
      (_, n) => `a${n}: logIn(input: { email: "ada@example.org", password: "guess ${n}" }) { session { accessToken } }`,
    ).join(' ');

  it('of a hundred in one operation none is tried', async () => {
    const answer = await ask(service.url, `mutation { ${times(100)} }`);
    expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status: 400, codes: ['QUERY_TOO_COMPLEX'] });
  });

  it('have a budget of their own, whatever the account', async () => {
    for (let n = 0; n < 10; n += 1) {
      const answer = await logIn(service.url, `somebody${n}@example.org`, 'guess');
      expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
    }
    expectLimited(await ask(service.url, `mutation { ${times(1)} }`), 60_000);
    expect(codesOf(await ask(service.url, '{ __typename }'))).toEqual([]);
  });
});

describe('T12: a noisy neighbour', () => {
  const service = testService({ RATE_LIMIT_TENANT: '30', RATE_LIMIT_USER: '20' });

  it('uses up a budget of its own, person by person and as a whole', async () => {
    const [loud, quiet] = [await founderOf(service, 'Loud'), await founderOf(service, 'Quiet')];
    const [second, third] = [await colleagueOf(service, loud, 'USER'), await colleagueOf(service, loud, 'USER')];
    const served = async (who: SignedIn, requests: number): Promise<number> => {
      const all = await Promise.all(
        Array.from({ length: requests }, () => ask(service.url, '{ viewer { user { id } } }', {}, as(who))),
      );
      for (const answer of all) if (answer.errors) expectLimited(answer, 60_000);
      return all.filter(({ errors }) => errors === undefined).length;
    };
    // Two were spent on inviting the others.
    expect([await served(loud, 40), await served(second, 40), await served(third, 40)]).toEqual([18, 10, 0]);
    expect(await served(quiet, 15)).toBe(15);
  });

  it('pays more for dear operations, and once for many fields', async () => {
    const founder = await founderOf(service, 'Dear');
    const dear = '{ events(first: 100) { edges { node { occurrences(first: 60) { edges { cursor } } } } } }';
    const wide = `{ ${Array.from({ length: 15 }, (_, n) => `a${n}: viewer { user { id } }`).join(' ')} }`;
    expect(codesOf(await ask(service.url, wide, {}, as(founder)))).toEqual([]);
    // 6,302 values each: seven points of the twenty.
    expect(codesOf(await ask(service.url, dear, {}, as(founder)))).toEqual([]);
    expect(codesOf(await ask(service.url, dear, {}, as(founder)))).toEqual([]);
    expectLimited(await ask(service.url, dear, {}, as(founder)), 60_000);
  });
});

describe('T12: a field for everybody', () => {
  const service = testService({ RATE_LIMIT_USER: '3' });
  const RENAME =
    'mutation { logOut(input: { refreshToken: "none" }) { loggedOut } updateOrganization(input: { name: "New" }) { __typename } }';

  it('in front makes those behind it no cheaper', async () => {
    const founder = await founderOf(service, 'Sly');
    for (let n = 0; n < 3; n += 1) expect(codesOf(await ask(service.url, RENAME, {}, as(founder)))).toEqual([]);
    expectLimited(await ask(service.url, RENAME, {}, as(founder)), 60_000);
  });

  it('alone costs nobody anything but the address', async () => {
    const founder = await founderOf(service, 'Fair');
    const out = 'mutation { logOut(input: { refreshToken: "none" }) { loggedOut } }';
    for (let n = 0; n < 5; n += 1) expect(codesOf(await ask(service.url, out, {}, as(founder)))).toEqual([]);
    expect(codesOf(await ask(service.url, RENAME, {}, as(founder)))).toEqual([]);
  });
});

describe('with Redis', () => {
  const redis = testRedis();
  const environment = { RATE_LIMIT_LOG_IN: '4', RATE_LIMIT_ADDRESS: '1000', TRUST_PROXY: '1' };
  const [one, other] = [
    testService({
      ...environment,
      get REDIS_URL() {
        return redis.url;
      },
    }),
    testService({
      ...environment,
      get REDIS_URL() {
        return redis.url;
      },
    }),
  ];

  it('processes count together, and no address of a person stands there', async () => {
    for (const { url } of [one, other, one, other]) {
      expect(codesOf(await logIn(url, 'ada@example.org', 'guess'))).toEqual(['UNAUTHENTICATED']);
    }
    for (const { url } of [one, other]) expectLimited(await logIn(url, 'ada@example.org', 'guess'), 900_000);
    const keys = await redis.admin.keys('rate:*');
    expect(keys.length).toBeGreaterThanOrEqual(2);
    expect(keys.join()).not.toMatch(/ada|example/);
    expect(keys.join()).toContain(createHash('sha256').update('ada@example.org').digest('base64url'));
  });

  it('that is gone each counts alone, and nothing fails', async () => {
    await redis.kill();
    for (const { url } of [one, other]) {
      for (let n = 0; n < 4; n += 1) {
        expect(codesOf(await logIn(url, 'eve@example.org', 'guess', '192.0.2.9'))).toEqual(['UNAUTHENTICATED']);
      }
      expectLimited(await logIn(url, 'eve@example.org', 'guess', '192.0.2.9'), 900_000);
    }
    await redis.restart();
  });
});
