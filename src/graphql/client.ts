import { addressKey } from '../platform/client-address';
import type { GraphqlContext } from './graphql-context';

/** Under what the asking machine is counted. Express knows which proxies to believe, of a WebSocket, too. */
export const clientOf = ({ req }: Pick<GraphqlContext, 'req'>): string =>
  addressKey(req.ip ?? req.socket.remoteAddress);
