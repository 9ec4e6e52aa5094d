import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { RateLimits } from '../../src/platform/rate-limits';
import { RawLive } from '../support/live-client';
import { testService } from '../support/service';
import { inTime, until } from '../support/until';

jest.setTimeout(30_000);

/** So long that a stop which waits for it is one that never ends. */
const NEVER = { SHUTDOWN_TIMEOUT_MS: '600000' };
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

const connectionsOf = (service: ReturnType<typeof testService>): Promise<number> => {
  const server: Server = service.running.app.getHttpServer();
  return promisify(server.getConnections.bind(server))();
};

/** A client that never closes its side, whatever the server does to the other; what it was answered. */
async function halfOpenUpgrade(url: string, path: string, origin?: string): Promise<Socket & { answer: string }> {
  const { port, hostname: host } = new URL(url);
  const socket = Object.assign(connect({ port: Number(port), host, allowHalfOpen: true }), { answer: '' });
  socket.on('data', (data: Buffer) => (socket.answer += data.toString()));
  // A reset is as good as a close.
  socket.on('error', () => undefined);
  const ended = Promise.race([once(socket, 'end'), once(socket, 'close')]);
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
      `sec-websocket-key: ${KEY}\r\n${origin === undefined ? '' : `origin: ${origin}\r\n`}\r\n`,
  );
  await inTime(ended, 'the answer to an upgrade');
  return socket;
}

describe('a connection whose upgrade was refused', () => {
  const service = testService(NEVER);

  it.each([
    ['another path', '/x', undefined, 404],
    ['another origin', '/graphql', 'https://evil.example', 403],
  ])('for %s is gone, though its client never closes', async (_why, path, origin, status) => {
    const sockets = await Promise.all(Array.from({ length: 5 }, () => halfOpenUpgrade(service.url, path, origin)));
    for (const { answer } of sockets) expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await until(async () => (await connectionsOf(service)) === 0, 'the service has let go of every socket');
    for (const socket of sockets) socket.destroy();
  });

  it('keeps no stop of the service from its end', async () => {
    const socket = await halfOpenUpgrade(service.url, '/x');
    await inTime(service.running.stop(), 'the end of the service');
    socket.destroy();
  });
});

describe('an upgrade', () => {
  const limited = testService({ RATE_LIMIT_ADDRESS: '2' });
  const stopped = testService(NEVER);

  it('takes of the budget of its address, wherever it goes', async () => {
    const open = (): Promise<string> =>
      RawLive.open(`${limited.url}/x`).then(
        () => 'open',
        (error: Error) => error.message,
      );
    expect([await open(), await open(), await open()]).toEqual(['status 404', 'status 404', 'status 429']);
  });

  it('whose budget is still asked for when the stop begins does not come to be', async () => {
    const limits = stopped.running.app.get(RateLimits);
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const asked = jest.spyOn(limits, 'take').mockReturnValue(held);

    const upgrade = RawLive.open(stopped.url);
    const refused = expect(upgrade).rejects.toThrow('status 503');
    await until(() => asked.mock.calls.length === 1, 'the budget was asked for');
    const stop = stopped.running.stop();
    letGo();

    await refused;
    await inTime(stop, 'the end of the service');
  });
});

describe('a client that offers HTTP/2', () => {
  const service = testService();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  afterAll(() => agent.destroy());
  const H2C = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };

  async function ask(path: string, body?: string, headers: object = {}): Promise<IncomingMessage & { body: string }> {
    const asking = request(new URL(path, service.url), {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...H2C, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    });
    asking.end(body);
    const [response] = (await inTime(once(asking, 'response'), `the answer of ${path}`)) as [IncomingMessage];
    return Object.assign(response, { body: await text(response) });
  }

  it('is answered as over HTTP/1.1, as often as it asks; every fifth answer asks for a new connection', async () => {
    const connections = [];
    const document = JSON.stringify({ query: '{ __typename }' });
    for (let n = 0; n < 12; n += 1) {
      const answer = await ask('/graphql', document);
      expect([answer.statusCode, JSON.parse(answer.body)]).toMatchObject([200, { data: { __typename: 'Query' } }]);
      connections.push(answer.headers.connection);
    }
    const five = [...Array<string>(4).fill('keep-alive'), 'close'];
    expect(connections).toEqual([...five, ...five, 'keep-alive', 'keep-alive']);
    for (const path of ['/health', '/ready']) expect((await ask(path)).statusCode).toBe(200);
  });

  it('and sends a body that comes later than its head, or in parts, is understood', async () => {
    const query = `{ __typename } # ${'x'.repeat(8_000)}`;
    const asking = request(service.url, {
      method: 'POST',
      headers: { ...H2C, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    asking.flushHeaders();
    for (const part of JSON.stringify({ query }).match(/.{1,1000}/gs) ?? []) asking.write(part);
    asking.end();
    const [response] = (await inTime(once(asking, 'response'), 'the answer')) as [IncomingMessage];
    expect(JSON.parse(await text(response))).toMatchObject({ data: { __typename: 'Query' } });
  });

  it('and asks for the end of the connection gets it', async () => {
    const answer = await ask('/health', undefined, { connection: 'close, Upgrade, HTTP2-Settings' });
    expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
  });

  it('with more headers than are kept is refused: the length of its body may be among those that are not', async () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`x-${n}`, 'y']));
    expect((await ask('/graphql', '{}', many)).statusCode).toBe(431);
  });
});
