import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** What `ws` understands; anything else is an offer that HTTP lets a server pass over. */
export const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** How long a socket may stay between HTTP and WebSocket, milliseconds. */
const UPGRADE_MS = 5_000;

/**
 * Ends a socket that breaks or takes too long on its way from HTTP to WebSocket: Node's own timeouts know nothing of it
 * any more, and an error that nobody hears ends the process.
 *
 * @returns what to call once somebody else looks after it
 */
export function watchOver(socket: Duplex): () => void {
  const lost = (): void => void socket.destroy();
  const limit = setTimeout(lost, UPGRADE_MS).unref();
  socket.on('error', lost);
  socket.once('close', () => clearTimeout(limit));
  return () => {
    clearTimeout(limit);
    socket.off('error', lost);
  };
}

/** Answers in place of an upgrade, and lets go of a socket that is watched over. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  // Not left to the client: one that never closes its side would keep ours.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

const OFFER = new Set(['upgrade', 'connection', 'http2-settings']);
const ASKS_TO_CLOSE = /(^|,)\s*close\s*(,|$)/i;
/** How often one connection may come back: whoever listens for connections (Apollo does) listens to its socket again. */
const TIMES_BACK = 5;
const timesBack = new WeakMap<Duplex, number>();

/**
 * Serves a request as if it had not offered another protocol: curl and the client of Java's library offer HTTP/2 with
 * ordinary requests. Its head is read again without the offer, hence at most once more, and its body for the first time.
 */
export function backToHttp(server: Server, request: IncomingMessage, socket: Duplex, rest: Buffer): void {
  const { rawHeaders, headers } = request;
  // Node drops what is more. Were it the length of the body, then the body would be taken for the next request.
  if (rawHeaders.length >= 2 * (server.maxHeadersCount ?? 1_000)) {
    watchOver(socket);
    return refuseUpgrade(socket, 431);
  }
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  rawHeaders.forEach((name, n) => {
    if (n % 2 === 0 && !OFFER.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[n + 1]}`);
  });
  const times = (timesBack.get(socket) ?? 0) + 1;
  timesBack.set(socket, times);
  if (times >= TIMES_BACK || ASKS_TO_CLOSE.test(headers.connection ?? '')) lines.push('connection: close');
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), rest]));
  server.emit('connection', socket);
}
