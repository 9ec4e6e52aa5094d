import { Types } from 'mongoose';
import { LiveConnections } from '../../src/graphql/live-connections';
import { plainId, Organization } from '../support/walk/organization';
import { TRUST_MS } from '../../src/use-cases/people/trusted-reads';
import { ACCESS_TOKEN_MS } from '../../src/platform/token';
import { codesOf } from '../support/client';
import { founderOf } from '../support/founder';
import { type Feed, listen, liveClient, RawLive } from '../support/live-client';
import { testService } from '../support/service';
import { until } from '../support/until';

jest.setTimeout(60_000);

const service = testService({
  LIVE_MAX_CONNECTIONS: '1100',
  LIVE_MAX_CONNECTIONS_PER_ADDRESS: '1050',
  CORS_ORIGINS: 'https://app.example.org',
});
const raws: RawLive[] = [];
const objectId = (id: string): Types.ObjectId => new Types.ObjectId(plainId(id));
let counter = 0;
const newFounder = () => founderOf(service, `Founder${(counter += 1)}`);

const open = async (given: Parameters<typeof RawLive.open>[1] = {}): Promise<RawLive> => {
  const raw = await RawLive.open(service.url, given);
  raws.push(raw);
  return raw;
};
const signedIn = async (token: string): Promise<RawLive> => {
  const raw = await open();
  await raw.init({ authorization: `Bearer ${token}` });
  return raw;
};
/** The connections are swept once a second; the first close of each is the one that counts. */
const sweep = () => service.running.app.get(LiveConnections).sweep();
const connections = (): number => service.running.app.get(LiveConnections).size;
afterEach(async () => {
  for (const { socket } of raws) socket.terminate();
  await Promise.all(raws.splice(0).map(({ closed }) => closed));
  await until(() => connections() === 0, 'the service has let go of every connection');
});

const MINE = 'subscription Mine { myRegistrationChanged { hasMore snapshot { id } registration { id } } }';
const subscribe = (query: string, id = '1', more: object = {}): object => ({
  type: 'subscribe',
  id,
  payload: { query, ...more },
});
const answerTo = async (raw: RawLive, query: string, more: object = {}): Promise<unknown> => {
  raw.send(subscribe(query, 'asked', more));
  const { type, payload } = await raw.until(({ id, type: of }) => id === 'asked' && of !== 'complete');
  return { type, payload };
};
const refusedWith = (code: string): object => ({
  type: 'error',
  payload: [{ extensions: { code, requestId: expect.any(String) as string } }],
});

describe('a connection', () => {
  it.each([
    ['authorization', (token: string) => ({ authorization: `Bearer ${token}` })],
    ['Authorization', (token: string) => ({ Authorization: `bearer ${token}` })],
    ['accessToken', (token: string) => ({ accessToken: token })],
  ])('says who it is by %s', async (_name, params) => {
    const { token } = await newFounder();
    const raw = await open();
    await raw.init(params(token));
    expect(await answerTo(raw, MINE)).toMatchObject({
      type: 'next',
      payload: { data: { myRegistrationChanged: { snapshot: [], hasMore: false, registration: null } } },
    });
  });

  it.each([
    ['no parameters', undefined],
    ['no token', {}],
    ['a cookie’s worth of nothing', { authorization: 'Basic YTpi' }],
    ['a forged token', { accessToken: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.' }],
    ['a token that is no text', { accessToken: { $ne: null } }],
  ])('with %s is closed with 4401 [G15]', async (_what, payload) => {
    const raw = await open();
    raw.send({ type: 'connection_init', payload });
    expect(await raw.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it('that asks before it says who it is, is closed with 4401', async () => {
    const raw = await open();
    raw.send(subscribe(MINE));
    expect((await raw.closed).code).toBe(4401);
  });

  it('that never says who it is, is closed [G15]', async () => {
    const raw = await open();
    expect(await raw.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });

  it.each([
    ['no JSON', '{', 4400],
    ['no message', '{"type":"what"}', 4400],
    ['a second connection_init', '{"type":"connection_init"}', 4429],
    ['a subscription without a document', '{"type":"subscribe","id":"1","payload":{}}', 4400],
    ['more than 32 kB', JSON.stringify(subscribe(`{ ${'a '.repeat(20_000)} }`)), 1009],
  ])('that sends %s is closed', async (_what, message, code) => {
    const { token } = await newFounder();
    const raw = await signedIn(token);
    raw.send(message);
    expect((await raw.closed).code).toBe(code);
  });

  it('of another protocol, path or origin does not come to be', async () => {
    const wrongProtocol = await open({ protocol: 'graphql-ws' }).then(
      ({ closed }) => closed.then(({ code }) => `closed ${code}`),
      (error: Error) => error.message,
    );
    expect(wrongProtocol).toMatch(/closed 4406|subprotocol/);
    await expect(open({ headers: { origin: 'https://evil.example' } })).rejects.toThrow('status 403');
    await expect(open({ headers: { origin: 'null' } })).rejects.toThrow('status 403');
    await expect(RawLive.open(`${service.url}/x`)).rejects.toThrow('status 404');
    await open({ headers: { origin: new URL(service.url).origin } });
    await open({ headers: { origin: 'https://app.example.org' } });
  });

  it('among more than ten of one person is closed with 4429 [G15]', async () => {
    const { token } = await newFounder();
    for (let n = 0; n < 10; n += 1) await signedIn(token);
    const eleventh = await open();
    eleventh.send({ type: 'connection_init', payload: { accessToken: token } });
    expect((await eleventh.closed).code).toBe(4429);
    await signedIn((await newFounder()).token);
  });

  it('among a thousand silent ones is answered; all of those are gone in seconds [G15]', async () => {
    const silent = await Promise.all(Array.from({ length: 1_000 }, () => open()));
    expect(connections()).toBe(1_000);
    const { token } = await newFounder();
    const raw = await signedIn(token);
    expect(await answerTo(raw, MINE)).toMatchObject({ type: 'next' });
    const codes = await Promise.all(silent.map(({ closed }) => closed.then(({ code }) => code)));
    expect(new Set(codes)).toEqual(new Set([4408]));
    await Promise.all(Array.from({ length: 49 }, () => open()));
  });

  it('one too many from an address is refused before it is a WebSocket [G15]', async () => {
    await Promise.all(Array.from({ length: 1_050 }, () => open()));
    await expect(RawLive.open(service.url)).rejects.toThrow('status 429');
  });

  it.each([
    ['messages', 4429, (raw: RawLive) => raw.send({ type: 'ping' })],
    ['pings', 1006, (raw: RawLive) => raw.socket.ping()],
  ])('that floods with %s is closed: %i [G15]', async (_what, code, send) => {
    const { token } = await newFounder();
    const raw = await signedIn(token);
    // More than a second's worth, even if a new second begins in between.
    for (let n = 0; n < 250; n += 1) send(raw);
    expect((await raw.closed).code).toBe(code);
  });

  it('whose other side is gone without a word is dropped', async () => {
    const raw = await signedIn((await newFounder()).token);
    raw.socket.pause();
    const all = service.running.app.get(LiveConnections);
    all.pingAll();
    all.pingAll();
    raw.socket.resume();
    expect((await raw.closed).code).toBe(1006);
  });
});

describe('an operation over WebSocket', () => {
  const twentyOne = Array.from({ length: 21 }, (_, n) => String(n + 1));

  it.each([
    ['a query', '{ viewer { account { id } } }', 'BAD_REQUEST'],
    ['a mutation', 'mutation { logOut(input: { refreshToken: "x" }) { __typename } }', 'BAD_REQUEST|VALIDATION'],
    ['introspection', '{ __schema { types { name } } }', 'BAD_REQUEST'],
    ['no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['a field that is not there', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two fields at the root',
      `subscription { a: myRegistrationChanged { hasMore } b: myRegistrationChanged { hasMore } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['only fragments', 'fragment F on Viewer { account { id } }', 'VALIDATION|OPERATION_RESOLUTION_FAILURE'],
    [
      'too many aliases',
      `subscription { myRegistrationChanged { ${Array.from({ length: 40 }, (_, n) => `a${n}: hasMore`).join(' ')} } }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['too many tokens', `subscription { myRegistrationChanged { ${'hasMore '.repeat(1_500)} } }`, 'QUERY_TOO_COMPLEX'],
    [
      'too many values',
      'subscription { myRegistrationChanged { snapshot { occurrence { event { occurrences(first: 100) { edges { node { id name startsAt } } } } } } } }',
      'QUERY_TOO_COMPLEX',
    ],
  ])('that is %s is refused, and the connection lives on', async (_what, query, codes) => {
    const raw = await signedIn((await newFounder()).token);
    const answer = (await answerTo(raw, query)) as { type: string; payload: { extensions: { code: string } }[] };
    expect(answer.type).toBe('error');
    expect(answer.payload[0]?.extensions.code).toMatch(new RegExp(codes));
    raw.send(subscribe(MINE, 'later'));
    await raw.firstOf('later');
  });

  it('tells what is wrong with its variables as over HTTP', async () => {
    const raw = await signedIn((await newFounder()).token);
    const query = 'subscription ($id: ID!) { occurrenceAvailability(occurrenceId: $id) { seatsTaken } }';
    expect(await answerTo(raw, query, { variables: { id: { $ne: null } } })).toMatchObject({
      payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'occurrenceId' }] } }] },
    });
  });

  it('is one of twenty at most [G15]', async () => {
    const raw = await signedIn((await newFounder()).token);
    for (const id of twentyOne) raw.send(subscribe(MINE, id));
    expect(await raw.until(({ type }) => type === 'error')).toMatchObject({ id: '21', ...refusedWith('RATE_LIMITED') });
    // What is given up while it begins keeps its place until it has begun.
    await raw.firstOf('1');
    raw.send({ type: 'complete', id: '1' });
    raw.send(subscribe(MINE, 'again'));
    await raw.firstOf('again');
  });

  it('leaves one line in the log, with who asked and how many messages there were', async () => {
    const { token, userId } = await newFounder();
    const raw = await signedIn(token);
    raw.send(subscribe(MINE, '1', { operationName: 'Mine' }));
    await raw.firstOf('1');
    const lines = () => service.log.filter(({ fields }) => fields['operationType'] === 'subscription');
    const before = lines().length;
    raw.send({ type: 'complete', id: '1' });
    raw.send({ type: 'ping' });
    await raw.until(({ type }) => type === 'pong');
    expect(lines().slice(before)).toMatchObject([
      { fields: { operation: 'Mine', outcome: 'ok', messages: 1 }, message: 'operation' },
    ]);
    expect(userId).not.toBe('');
  });

  it('by POST is refused, in the words of every other error', async () => {
    const { token } = await newFounder();
    const answer = await service.ask(MINE, {}, token);
    expect([answer.status, ...codesOf(answer)]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('who listens', () => {
  it('hears nothing after the token expired, and is disconnected with 4401 [G15]', async () => {
    const { token } = await newFounder();
    const raw = await signedIn(token);
    await answerTo(raw, MINE);
    service.clock.advance(ACCESS_TOKEN_MS);
    await sweep();
    expect(await raw.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  const cases: readonly [
    what: string,
    code: number,
    end: (userId: string, organizationId: string) => Promise<unknown>,
  ][] = [
    [
      'was removed [J7]',
      4401,
      (userId) =>
        service.connection.collection('users').updateOne({ _id: objectId(userId) }, { $set: { status: 'REMOVED' } }),
    ],
    [
      'belongs to an organization that was archived',
      4403,
      (_userId, organizationId) =>
        service.connection
          .collection('organizations')
          .updateOne({ _id: objectId(organizationId) }, { $set: { status: 'ARCHIVED' } }),
    ],
    [
      'logged out',
      4401,
      (userId) => service.connection.collection('sessions').deleteMany({ userId: objectId(userId) }),
    ],
  ];
  it.each(cases)('and %s is disconnected within seconds, idle or not', async (_what, code, end) => {
    const { token, userId, organizationId } = await newFounder();
    const idle = await signedIn(token);
    await end(userId, organizationId);
    service.clock.advance(TRUST_MS);
    await sweep();
    service.clock.advance(5_000);
    await sweep();
    expect((await idle.closed).code).toBe(code);
  });

  it('is told nothing more once that is known, before any sweep', async () => {
    const organization = await Organization.found(service, 'Z');
    const { USER } = organization.members;
    const date = (await organization.event()).occurrences[0]?.id ?? '';
    const client = liveClient(service.url, USER.token);
    const feed: Feed<unknown> = listen(
      client,
      'subscription ($id: ID!) { occurrenceAvailability(occurrenceId: $id) { seatsTaken } }',
      { id: date },
    );
    await feed.next();
    await service.connection
      .collection('users')
      .updateOne({ _id: objectId(USER.userId) }, { $set: { status: 'REMOVED' } });
    service.clock.advance(TRUST_MS);
    await organization.seat(organization.admin, date);
    await expect(feed.next()).rejects.toMatchObject({ code: 4401 });
  });
});
