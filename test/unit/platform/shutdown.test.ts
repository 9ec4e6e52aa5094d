import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readiness } from '../../../src/platform/health';
import { createLogger } from '../../../src/platform/logger';
import { Shutdown } from '../../../src/platform/shutdown';
import { inTime } from '../../support/until';

const silent = createLogger('silent', { write: () => undefined });

/** A server whose requests are answered by the test, when it wants. */
async function startServer(settings = { noticeMs: 0, timeoutMs: 5_000 }) {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => void waiting.push(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const readiness = new Readiness([]);
  const agent = new Agent({ keepAlive: true });
  const { port } = server.address() as AddressInfo;
  const send = async () => {
    const request = get({ port, host: '127.0.0.1', agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response;
  };
  const arrived = async (count: number) => {
    while (waiting.length < count) await once(server, 'request');
  };
  return {
    server,
    readiness,
    waiting,
    send,
    arrived,
    port,
    shutdown: new Shutdown(server, readiness, silent, settings),
  };
}

describe('a stop', () => {
  it('lets the request in flight finish, refuses new ones, and only then stops what the request uses', async () => {
    const { server, shutdown, waiting, send, arrived, port } = await startServer();
    const order: string[] = [];
    shutdown
      .beforeExit('worker', async () => void order.push('worker'))
      .beforeExit('database', async () => void order.push('database'));
    const inFlight = send();
    await arrived(1);

    const stopped = shutdown.stop();
    expect(server.listening).toBe(false);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(order).toEqual([]);
    waiting[0]?.end('answer');

    expect((await inFlight).statusCode).toBe(200);
    await stopped;
    expect(order).toEqual(['worker', 'database']);
  });

  it('is not ready first, and still serves whoever has not heard of it', async () => {
    const { server, shutdown, readiness, waiting, send, arrived } = await startServer({
      noticeMs: 200,
      timeoutMs: 5_000,
    });
    const stopped = shutdown.stop();

    expect((await readiness.report()).ready).toBe(false);
    expect(server.listening).toBe(true);
    const late = send();
    await arrived(1);
    waiting[0]?.end();

    expect((await late).headers.connection).toBe('close');
    await stopped;
  });

  it('does not wait for a kept connection on which nothing happens', async () => {
    const { shutdown, waiting, send, arrived } = await startServer();
    const request = send();
    await arrived(1);
    waiting[0]?.end();
    await request;

    await shutdown.stop();
  });

  it('cuts a request that takes longer than allowed', async () => {
    const { shutdown, send, arrived } = await startServer({ noticeMs: 0, timeoutMs: 50 });
    const endless = send();
    const cut = expect(endless).rejects.toThrow(/socket hang up|ECONNRESET/);
    await arrived(1);

    await shutdown.stop();
    await cut;
  });

  it('cuts what is no HTTP any more, which Node itself neither sees nor closes', async () => {
    const { server, shutdown, port } = await startServer({ noticeMs: 0, timeoutMs: 50 });
    server.on('upgrade', (_request, socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    await once(client, 'data');
    let released = false;
    shutdown.beforeExit('database', async () => void (released = true));

    await inTime(shutdown.stop(), 'the end of the stop');
    expect(released).toBe(true);
    client.destroy();
  });

  it('happens once for two signals, and goes on after a part that fails to stop', async () => {
    const { shutdown } = await startServer();
    let stops = 0;
    shutdown
      .beforeExit('broken', async () => Promise.reject(new Error('no')))
      .beforeExit('database', async () => void (stops += 1));

    await Promise.all([shutdown.stop(), shutdown.stop()]);

    expect(stops).toBe(1);
  });
});
