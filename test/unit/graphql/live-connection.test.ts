import { EventEmitter } from 'node:events';
import type { Request } from 'express';
import type { WebSocket } from 'ws';
import { LiveConnection } from '../../../src/graphql/live-connection';
import { CLOSE } from '../../../src/graphql/live-limits';

/** One subscription that graphql-ws may well have lost sight of. */
const connected = () => {
  const socket = Object.assign(new EventEmitter(), { close: jest.fn() });
  const connection = new LiveConnection(socket as never as WebSocket, { headers: {} } as Request, {} as never);
  const end = jest.fn();
  connection.subscriptions.add({ return: end });
  return { socket, connection, end };
};

describe('what goes on for a connection is ended by the connection itself [G15]', () => {
  it.each(['close', 'error'])('when its socket says: %s', (event) => {
    const { socket, end } = connected();
    expect(end).not.toHaveBeenCalled();
    socket.emit(event);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('when the service closes it', () => {
    const { socket, connection, end } = connected();
    connection.close(CLOSE.forbidden);
    expect(end).toHaveBeenCalledTimes(1);
    expect(socket.close).toHaveBeenCalledWith(4403, 'Forbidden');
  });
});
