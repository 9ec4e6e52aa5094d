import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { requestIdFrom, requestIdMiddleware } from '../../../src/platform/request-id';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('the id of a request', () => {
  it.each(['a', 'trace.1_2-3', 'x'.repeat(64)])('is the one the caller sent: %s', (sent) => {
    expect(requestIdFrom(sent)).toBe(sent);
  });

  it.each([undefined, '', 'x'.repeat(65), 'a b', 'a\r\nset-cookie: x', '{"a":1}', 'ä', ['a', 'b']])(
    'is a new one in place of %j',
    (sent) => {
      expect(requestIdFrom(sent)).toMatch(UUID);
    },
  );

  it.each([
    ['mine', 'mine'],
    ['not fit for a header {}', expect.stringMatching(UUID) as string],
  ])('stands in the answer, and in the request from then on: %j', async (sent, id) => {
    const server = createServer((request: IncomingMessage, response) =>
      requestIdMiddleware(request, response, () => {
        response.end(request.headers['x-request-id']);
      }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-request-id': sent } });

    const told = await answer.text();
    expect([told, answer.headers.get('x-request-id')]).toEqual([id, told]);
    server.close();
    server.closeAllConnections();
  });
});
