import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TcpProxy, type ProxyOptions } from '../../support/tcp-proxy';
import { until } from '../../support/until';

/** Gives back what it is sent, and keeps it. */
let echo: Server;
let heard = '';
let proxy: TcpProxy;

beforeEach(async () => {
  heard = '';
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      socket.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
afterEach(async () => {
  await proxy.close();
  echo.close();
});

const open = async (options?: ProxyOptions): Promise<void> => {
  proxy = await TcpProxy.open((echo.address() as AddressInfo).port, options);
};

interface Caller {
  readonly socket: Socket;
  readonly got: () => string;
  readonly ended: () => boolean;
}

async function caller(): Promise<Caller> {
  const socket = connect(proxy.port, '127.0.0.1');
  let got = '';
  let ended = false;
  socket.on('data', (chunk: Buffer) => (got += chunk.toString())).on('error', () => undefined);
  socket.on('close', () => (ended = true));
  await once(socket, 'connect');
  return { socket, got: () => got, ended: () => ended };
}

test('a proxy in good weather passes everything on, both ways', async () => {
  await open();
  const { socket, got } = await caller();
  socket.write('hello');
  await until(() => got() === 'hello', 'the echo came back');
});

test('a late network keeps the order of what was sent, however the delays fall', async () => {
  const delays = [0.9, 0.1, 0.5, 0, 0.3];
  await open({ random: () => delays.shift() ?? 0 });
  proxy.set({ latencyMs: 1, jitterMs: 20, loss: 0.2, stallMs: 30 });
  const { socket, got } = await caller();
  const sent = Array.from({ length: 200 }, (_, n) => `${n};`);
  for (const piece of sent) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  await until(() => got().length === sent.join('').length, 'all of it came back');
  expect(got()).toBe(sent.join(''));
});

test('a narrow line delivers everything, later', async () => {
  await open();
  proxy.set({ bytesPerSecond: 50_000 });
  const { socket, got } = await caller();
  const began = performance.now();
  socket.write('x'.repeat(5_000));
  await until(() => got().length === 5_000, 'all of it came back');
  // 100 ms each way: never faster than the line.
  expect(performance.now() - began).toBeGreaterThanOrEqual(190);
});

test('a black hole on the way back: the server has heard it, the client does not know', async () => {
  await open();
  const { socket, got, ended } = await caller();
  proxy.set({ blackHole: 'down' });
  socket.write('book it');
  await until(() => heard === 'book it', 'the server has heard it');
  socket.write(', please');
  await until(() => heard === 'book it, please', 'the connection stays');
  expect(got()).toBe('');
  expect(ended()).toBe(false);
  proxy.set({});
  await until(ended, 'what lost bytes cannot go on');
  expect(got()).toBe('');
});

test('a black hole on the way there: the server hears nothing', async () => {
  await open();
  const { socket, ended } = await caller();
  socket.write('first');
  await until(() => heard === 'first', 'it was well before');
  proxy.set({ blackHole: 'up' });
  socket.write('second');
  await until(() => proxy.broken === 1, 'it went into the hole');
  proxy.set({});
  await until(ended, 'what lost bytes cannot go on');
  expect(heard).toBe('first');
});

test('a cut ends the connections, and new ones are let through', async () => {
  await open();
  const first = await caller();
  first.socket.write('hello');
  await until(() => first.got() === 'hello', 'it is carried');
  proxy.cut();
  await until(first.ended, 'it was cut');
  const second = await caller();
  second.socket.write('again');
  await until(() => second.got() === 'again', 'a new one is carried');
});

test('weather is only for those whose first words say so', async () => {
  await open({ affects: (first) => first.includes('service') });
  const [service, member] = [await caller(), await caller()];
  service.socket.write('I am a service');
  member.socket.write('I am a member');
  await until(() => heard.length === 27, 'both have introduced themselves');
  proxy.set({ blackHole: 'down' });
  service.socket.write('!');
  member.socket.write('!');
  await until(() => member.got() === 'I am a member!', 'the member has an answer');
  expect(proxy.affected).toBe(1);
  expect(service.got()).toBe('I am a service');
});

test('a target that moves is followed by new connections', async () => {
  await open();
  const elsewhere = createServer((socket) => socket.end('moved')).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  proxy.target = (elsewhere.address() as AddressInfo).port;
  const { got } = await caller();
  await until(() => got() === 'moved', 'the other server answers');
  elsewhere.close();
});
