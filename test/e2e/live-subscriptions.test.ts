import type { Socket } from 'node:net';
import type { GraphQLError } from 'graphql';
import { WebSocket } from 'ws';
import { LiveConnections } from '../../src/graphql/live-connections';
import { ChangeFeed } from '../../src/store/change-feed';
import { LiveFeed } from '../../src/use-cases/live/live-feed';
import { founderOf } from '../support/founder';
import { RawLive } from '../support/live-client';
import { testService } from '../support/service';
import { until } from '../support/until';

jest.setTimeout(30_000);

const service = testService();
const MINE = 'subscription Mine { myRegistrationChanged { hasMore snapshot { id } } }';
const subscribe = (id = '1'): object => ({ type: 'subscribe', id, payload: { query: MINE } });
const complete = (id = '1'): object => ({ type: 'complete', id });

const raws: RawLive[] = [];
let counter = 0;
const signedIn = async (): Promise<RawLive> => {
  const { token } = await founderOf(service, `Founder${(counter += 1)}`);
  const raw = await RawLive.open(service.url);
  raws.push(raw);
  await raw.init({ accessToken: token });
  return raw;
};

const feed = (): LiveFeed => service.running.app.get(LiveFeed);
const untilFollowed = (by: number): Promise<void> =>
  until(() => feed().followers === by, `${by} subscriptions follow the changes`);
const coded = (raw: RawLive, code: string): number =>
  raw.received.filter(({ type, payload }) => {
    return type === 'error' && (payload as GraphQLError[])[0]?.extensions['code'] === code;
  }).length;
const count = (raw: RawLive, wanted: string): number => raw.received.filter(({ type }) => type === wanted).length;
/** Whatever was sent before has been received, and whatever needs no more than that has been done. */
const heard = async (raw: RawLive): Promise<void> => {
  const before = count(raw, 'pong');
  raw.send({ type: 'ping' });
  await raw.until(() => count(raw, 'pong') > before);
};

/** As one piece of TCP: the service reads all of them at once. */
function sendTogether(raw: RawLive, messages: readonly object[]): void {
  const { _socket: tcp } = raw.socket as unknown as { readonly _socket: Socket };
  tcp.cork();
  for (const message of messages) raw.send(message);
  tcp.uncork();
}

/** Keeps what begins to follow waiting until it is let go; how many do is counted. */
function holdStarts(): { readonly begun: () => number; readonly letGo: () => void } {
  const follow = feed().follow.bind(feed());
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const begun = jest.spyOn(feed(), 'follow').mockImplementation(async (...given) => {
    await held;
    return follow(...given);
  });
  return { begun: () => begun.mock.calls.length, letGo };
}

/** The streams of changes that the service has asked the database for since, and how many of them it still has. */
function countOpenFeeds(): { readonly begun: () => number; readonly left: () => number } {
  const feeds: { readonly closed: () => boolean }[] = [];
  const changes = service.running.app.get(ChangeFeed);
  const open = changes.open.bind(changes);
  jest.spyOn(changes, 'open').mockImplementation(async (listener) => {
    const opened = await open(listener);
    const close = jest.spyOn(opened, 'close');
    feeds.push({ closed: () => close.mock.calls.length > 0 });
    return opened;
  });
  return { begun: () => feeds.length, left: () => feeds.filter(({ closed }) => !closed()).length };
}

/** What the service sends is sent, and for as long as it is held the service does not know. */
function holdResults(): { readonly letGo: () => void } {
  const held: (() => void)[] = [];
  const send = Reflect.get(WebSocket.prototype, 'send') as (this: WebSocket, data: unknown, done?: () => void) => void;
  jest.spyOn(WebSocket.prototype, 'send').mockImplementation(function (this: WebSocket, data, done?: unknown) {
    const told = done as (() => void) | undefined;
    const isResult = typeof data === 'string' && data.includes('"type":"next"');
    send.call(this, data, isResult ? () => void held.push(told ?? (() => undefined)) : told);
  } as WebSocket['send']);
  return { letGo: () => held.splice(0).forEach((told) => told()) };
}

afterEach(async () => {
  jest.restoreAllMocks();
  for (const { socket } of raws.splice(0)) socket.terminate();
  await untilFollowed(0);
  await until(() => service.running.app.get(LiveConnections).size === 0, 'the service has let go of every connection');
});

describe('one id, used again and again in one piece of TCP [G15]', () => {
  const AGAIN = Array.from({ length: 40 }, () => [subscribe(), complete()]).flat();

  it('begins twenty subscriptions at most, and none of them is left', async () => {
    const raw = await signedIn();
    const { begun, letGo } = holdStarts();
    sendTogether(raw, AGAIN);
    await raw.until(() => coded(raw, 'RATE_LIMITED') === 20);
    await until(() => begun() === 20, 'those within the limit have begun');
    letGo();
    await heard(raw);
    await untilFollowed(0);
    expect([begun(), count(raw, 'next')]).toEqual([20, 0]);
    raw.send(subscribe('later'));
    await raw.firstOf('later');
  });

  it('leaves the last subscription only, which is told once and ends with the connection', async () => {
    const raw = await signedIn();
    sendTogether(raw, [subscribe(), complete(), subscribe(), complete(), subscribe()]);
    await raw.firstOf('1');
    await untilFollowed(1);
    await heard(raw);
    expect(raw.received.filter(({ id }) => id === '1')).toHaveLength(1);
    raw.socket.terminate();
    await untilFollowed(0);
  });

  it('can be ended by its client after that', async () => {
    const raw = await signedIn();
    sendTogether(raw, [subscribe(), complete(), subscribe()]);
    await raw.firstOf('1');
    raw.send(complete());
    await untilFollowed(0);
    expect(count(raw, 'complete')).toBe(0);
  });
});

describe('one id, used again while a message under it is on its way', () => {
  it('is never at work after its client was told that it is over', async () => {
    const raw = await signedIn();
    const { letGo } = holdResults();
    raw.send(subscribe());
    await raw.firstOf('1');
    sendTogether(raw, [complete(), subscribe()]);
    await raw.until(() => count(raw, 'next') === 2);
    letGo();
    await raw.until(({ type }) => type === 'complete');
    await untilFollowed(0);
  });
});

describe('a subscription', () => {
  const twenty = Array.from({ length: 20 }, (_, n) => String(n));

  it('that was given up keeps its place until nothing of it is left', async () => {
    const raw = await signedIn();
    const { begun, letGo } = holdStarts();
    for (const id of twenty) raw.send(subscribe(id));
    await until(() => begun() === 20, 'all of them have begun');
    raw.send(complete('0'));
    raw.send(subscribe('early'));
    expect(await raw.until(({ id }) => id === 'early')).toMatchObject({ type: 'error' });
    letGo();
    await untilFollowed(19);
    raw.send(subscribe('late'));
    await raw.firstOf('late');
    expect(count(raw, 'complete')).toBe(0);
  });

  it('that has not begun yet when the connection ends never does, and the feed of changes closes', async () => {
    const openFeeds = countOpenFeeds();
    const raw = await signedIn();
    const { begun, letGo } = holdStarts();
    for (const id of twenty) raw.send(subscribe(id));
    await until(() => begun() === 20, 'all of them have begun');
    raw.socket.terminate();
    await until(() => service.running.app.get(LiveConnections).size === 0, 'the connection is gone');
    letGo();
    await until(() => openFeeds.begun() > 0, 'the feed was opened');
    await untilFollowed(0);
    await until(() => openFeeds.left() === 0, 'the feed was closed');
  });

  it('ends at once where the service closes the connection, though the client never answers', async () => {
    const raw = await signedIn();
    for (const id of twenty) raw.send(subscribe(id));
    await untilFollowed(20);
    raw.socket.pause();
    service.clock.advance(24 * 60 * 60 * 1_000);
    await service.running.app.get(LiveConnections).sweep();
    await untilFollowed(0);
    expect(raw.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('ends at once where a message breaks the protocol, though the client never answers', async () => {
    const raw = await signedIn();
    for (const id of twenty) raw.send(subscribe(id));
    await untilFollowed(20);
    raw.socket.pause();
    raw.send('no message');
    await untilFollowed(0);
    expect(raw.socket.readyState).toBe(WebSocket.OPEN);
  });
});
