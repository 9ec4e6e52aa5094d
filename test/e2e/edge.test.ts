import { generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Types } from 'mongoose';
import { capturedLog } from '../support/captured-log';
import { rawPost } from '../support/raw-post';
import { subscribe } from '../support/calendar';
import { testService } from '../support/service';
import { succeeded } from '../support/walk/answer';
import { furnished, type Furnished } from '../support/walk/mirrored';
import { PASSWORD, plainId } from '../support/walk/organization';
import { sampleOf } from '../support/walk/samples';
import { operationNamed, operations } from '../support/wire';

jest.setTimeout(30_000);

const log = capturedLog();
const service = testService({}, log);
let world: Furnished;
beforeAll(async () => {
  world = await furnished(service, 'A');
});

const json = { 'content-type': 'application/json' };
const send = (init: RequestInit): Promise<Response> => fetch(service.url, { method: 'POST', headers: json, ...init });
const asAdmin = (query: string, variables: object = {}, headers: Record<string, string> = {}) =>
  rawPost(service.url, { query, variables, headers, token: world.organization.admin.token });

describe('the size of a body', () => {
  const bodyOf = (bytes: number): string => {
    const empty = JSON.stringify({ query: '{__typename}', variables: { filler: '' } });
    return JSON.stringify({ query: '{__typename}', variables: { filler: 'n'.repeat(bytes - empty.length) } });
  };

  it('may be 100 kB, and not one byte more', async () => {
    expect((await send({ body: bodyOf(100 * 1024) })).status).toBe(200);
    expect((await send({ body: bodyOf(100 * 1024 + 1) })).status).toBe(413);
  });

  it('is that of the text, however small it travels', async () => {
    const answer = await send({
      headers: { ...json, 'content-encoding': 'gzip' },
      body: gzipSync(bodyOf(10_000_000)),
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });
  });
});

describe('what a foreign page can make a browser send', () => {
  it.each([
    ['a GET with a text/plain type', { method: 'GET', headers: { 'content-type': 'text/plain' } }],
    ['a GET with an odd type', { method: 'GET', headers: { 'content-type': 'application/json, text/plain' } }],
    ['a form', { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' }],
  ] satisfies [string, RequestInit][])('does nothing: %s', async (_what, init) => {
    const url = `${service.url}?query=${encodeURIComponent('mutation { logIn(input: {email: "a@b.c", password: "x"}) { session { accessToken } } }')}`;
    const answer = await fetch(url, init);
    expect([400, 415]).toContain(answer.status);
    const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_REQUEST']);
  });

  it('is no mutation by GET, even with the header that a foreign page cannot set', async () => {
    const query = encodeURIComponent('mutation { cancelEvent(input: {eventId: "x"}) { __typename } }');
    const answer = await fetch(`${service.url}?query=${query}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(answer.status).toBe(405);
  });
});

describe('a request id', () => {
  it('stays with its own request among many at once', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `mine-${n}`);
    const answers = await Promise.all(
      ids.map((id) => asAdmin('query ($id: ID!) { event(id: $id) { id } }', { id: 'junk' }, { 'x-request-id': id })),
    );
    expect(answers.map(({ headers }) => headers.get('x-request-id'))).toEqual(ids);
    expect(answers.map(({ body }) => body.errors?.[0]?.extensions.requestId)).toEqual(ids);
  });

  it.each(['a b', 'a'.repeat(65), 'a/b', '{"a":1}', 'a%0d%0ab'])(
    'is made anew where it could harm a log: %s',
    async (bad) => {
      const { headers } = await asAdmin('{ __typename }', {}, { 'x-request-id': bad });
      expect(headers.get('x-request-id')).toMatch(UUID);
    },
  );
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('what nobody foresaw', () => {
  it('is masked, and found in the log by its request id', async () => {
    const { occurrences } = await world.organization.event();
    const id = occurrences[0]?.id ?? '';
    const collection = service.connection.getClient().db(service.connection.name).collection('occurrences');
    await collection.updateOne(
      { _id: new Types.ObjectId(plainId(id)) },
      { $set: { startsAt: 'what only the database knows' } },
      { bypassDocumentValidation: true },
    );
    const query = 'query ($id: ID!) { occurrence(id: $id) { id startsAt } }';
    const { body, text, status } = await asAdmin(query, { id }, { 'x-request-id': 'broken-1' });
    expect(status).toBeLessThan(500);
    expect(body.errors).toEqual([
      {
        message: 'Something went wrong here. The request id finds it in our logs.',
        locations: expect.any(Array) as unknown,
        path: expect.arrayContaining(['occurrence']) as unknown,
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'broken-1' },
      },
    ]);
    expect(text).not.toMatch(/what only the database knows|node_modules|Expected a Date|toISOString|\bat /);
    const told = log.parsed().find((line) => line['requestId'] === 'broken-1' && line['level'] === 'error');
    expect(told).toMatchObject({
      message: 'unexpected error',
      err: { type: 'TypeError', stack: expect.any(String) as string },
    });
    await collection.updateOne(
      { _id: new Types.ObjectId(plainId(id)) },
      { $set: { startsAt: service.clock.now(), endsAt: 'what only the database knows' } },
      { bypassDocumentValidation: true },
    );
    const { url } = await subscribe(service, world.organization.admin, 'ORGANIZATION');
    const feed = await fetch(new URL(new URL(url).pathname, service.url), { headers: { 'x-request-id': 'broken-2' } });
    expect([feed.status, await feed.json()]).toEqual([
      500,
      {
        errors: [
          {
            message: 'Something went wrong here. The request id finds it in our logs.',
            extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'broken-2' },
          },
        ],
      },
    ]);
    expect(log.parsed().filter((line) => line['requestId'] === 'broken-2')).toMatchObject([
      { level: 'error', message: 'unexpected error', err: { stack: expect.any(String) as string } },
    ]);
    await collection.deleteOne({ _id: new Types.ObjectId(plainId(id)) });
  });
});

describe('the log [N9]', () => {
  it('has one line for each operation: who, what, how long, how it ended', async () => {
    log.lines.splice(0);
    await asAdmin('query Mine { viewer { user { id } } }', {}, { 'x-request-id': 'fine' });
    await asAdmin('query Gone { event(id: "junk") { id } }', {}, { 'x-request-id': 'gone' });
    const { tenantId, admin } = world.organization;
    const who = { tenantId, userId: plainId(admin.userId), message: 'operation', level: 'info' };
    const durationMs = expect.any(Number) as number;
    expect(log.parsed()).toMatchObject([
      { ...who, requestId: 'fine', operation: 'Mine', operationType: 'query', durationMs, outcome: 'ok' },
      { ...who, requestId: 'gone', operation: 'Gone', outcome: 'error', codes: ['NOT_FOUND'], durationMs },
    ]);
  });

  it('never holds a token, a password, an address, a key, or what people wrote', async () => {
    log.lines.splice(0);
    const { organization } = world;
    const { admin } = organization;
    const answers: string[] = [];
    for (const { name, document: query } of operations) {
      const variables = await sampleOf(name).args(organization, admin);
      answers.push((await rawPost(service.url, { query, variables, token: admin.token })).text);
      // Once more: now the address is taken, the event gone, the key used.
      answers.push((await rawPost(service.url, { query, variables, token: admin.token })).text);
      await rawPost(service.url, { query, variables, token: `${admin.token}x` });
    }
    const logIn = operationNamed('logIn').document;
    await rawPost(service.url, {
      query: logIn,
      variables: { input: { email: admin.email, password: `${PASSWORD}!` } },
    });
    const issued = answers.flatMap((text) => [...text.matchAll(/"(?:accessToken|refreshToken)":"([^"]+)"/g)]);
    const secrets = [...issued.map(([, token = '']) => token), admin.token, PASSWORD, admin.email, organization.canary];
    expect(issued.length).toBeGreaterThanOrEqual(4);
    expect(log.lines.length).toBeGreaterThan(3 * operations.length);
    const text = log.lines.join('').toLowerCase();
    expect(secrets.filter((secret) => text.includes(secret.toLowerCase()))).toEqual([]);
    expect(text).not.toMatch(/@example\.org|register-\d|\$argon2/);
  });

  it('is one JSON object a line, whatever a client sends', async () => {
    log.lines.splice(0);
    const nasty = '\u001b[31mred\u001b[0m\r\n{"level":"error"}';
    await asAdmin(`query ($id: ID!) { event(id: $id) { id } }`, { id: nasty });
    await rawPost(service.url, { query: nasty, variables: {} });
    expect(log.lines.length).toBeGreaterThan(0);
    for (const line of log.lines) expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(log.parsed().every(({ level }) => level === 'info')).toBe(true);
  });
});

describe('in production', () => {
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const production = testService({ NODE_ENV: 'production', HOST: '127.0.0.1', ACCESS_TOKEN_KEY: key });

  it.each([
    ['query ($i: LogInInput!) { logIn(input: $i) { __typename } }', { i: { emial: 'a@b.c', password: 'x' } }],
    ['query ($f: EventFilter) { events(filter: $f) { __typename } }', { f: { status: 'DRAF' } }],
    ['query { events(filter: { status: DRAF }) { __typename } }', {}],
  ])('nobody is told which value they might have meant: %s', async (query, variables) => {
    const answer = await production.ask(query, variables);
    expect(answer.errors).not.toBeUndefined();
    expect(JSON.stringify(answer)).not.toMatch(/did you mean/i);
  });
});

describe('a stop', () => {
  const stopping = testService({ SHUTDOWN_NOTICE_MS: '300' });

  it('says "not ready", serves on for a while, finishes what is in flight, and loses nothing', async () => {
    const there = await furnished(stopping, 'S');
    const { organization } = there;
    const { document: query } = operationNamed('registerForEvent');
    const inputs = [];
    for (let n = 0; n < 10; n += 1) inputs.push({ eventId: (await organization.event()).id });
    const { token } = organization.admin;
    const register = (input: object) => rawPost(stopping.url, { query, variables: { input }, token });
    const registrations = stopping.connection.getClient().db(stopping.connection.name).collection('registrations');
    const before = await registrations.countDocuments({ status: 'CONFIRMED' });

    const server = stopping.running.app.getHttpServer();
    const arrived = new Promise<void>((resolve) => {
      let count = 0;
      server.on('request', () => void ((count += 1) === inputs.length && resolve()));
    });
    const inFlight = Promise.all(inputs.map(register));
    await arrived;
    const stopped = stopping.running.stop();
    const ready = await fetch(new URL('/ready', stopping.url));
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, checks: { running: 'failed' } });
    expect((await fetch(new URL('/health', stopping.url))).status).toBe(200);

    for (const answer of await inFlight) expect(succeeded(answer, 'registerForEvent')).toBe(true);
    await stopped;
    await expect(register(inputs[0] ?? {})).rejects.toThrow('fetch failed');
    expect(await registrations.countDocuments({ status: 'CONFIRMED' })).toBe(before + inputs.length);
    expect(stopping.log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });
});
