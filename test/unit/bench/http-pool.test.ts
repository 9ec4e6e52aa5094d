import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { HttpPool } from '../../bench/http/pool';

describe('the load generator’s connections', () => {
  const sockets: Socket[] = [];
  let server: Server;
  let pool: HttpPool;

  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => response.setHeader('content-length', 2).end('ok'));
    });
    server.on('connection', (socket) => sockets.push(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    pool = new HttpPool(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`));
  });
  afterEach(async () => {
    pool.close();
    sockets.splice(0).forEach((socket) => socket.destroy());
    await once(server.close(), 'close');
  });

  const closeAll = async (): Promise<void> => {
    const open = sockets.splice(0);
    open.forEach((socket) => socket.end());
    for (const socket of open) if (!socket.destroyed) await once(socket, 'close');
  };

  it('that the server has closed meanwhile are opened again: nobody waits for an answer that cannot come', async () => {
    await pool.open(2);
    await pool.post('{}', 'token');
    await closeAll();
    const replies = await Promise.all([1, 2, 3].map(() => pool.post('{}', 'token')));
    expect(replies).toEqual(Array(3).fill({ status: 200, body: 'ok' }));
    expect(sockets).toHaveLength(2);
  });

  it('are used in turn, so that none of them idles until it is closed', async () => {
    await pool.open(3);
    for (let n = 0; n < 3; n += 1) await pool.post('{}', 'token');
    expect(sockets.map(({ bytesRead }) => bytesRead > 0)).toEqual([true, true, true]);
  });
});
