import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { currentRequest } from '../../../src/platform/request-context';
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

  it('stands in the answer and in the context of everything the request does', async () => {
    const server = createServer((request: IncomingMessage, response) =>
      requestIdMiddleware(request, response, () => {
        setImmediate(() => response.end(currentRequest()?.requestId));
      }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-request-id': 'mine' } });

    expect([answer.headers.get('x-request-id'), await answer.text()]).toEqual(['mine', 'mine']);
    server.close();
    server.closeAllConnections();
  });
});
