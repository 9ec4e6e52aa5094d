import { isIP } from 'node:net';
import { RefusedToSeedError } from './refused-to-seed';

/** The hosts that a URI names, without credentials and ports. */
export function hostsOf(uri: string): readonly string[] {
  const [, authority = ''] = /^mongodb(?:\+srv)?:\/\/([^/?]*)/.exec(uri) ?? [];
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  return hosts.map((host) => decodeURIComponent(host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')));
}

/** This machine: its loopback interface, or a socket in its file system. */
const isLocal = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('/') || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Sample data, with a password that everybody knows, belongs into no real database.
 *
 * @throws RefusedToSeedError
 */
export function requireNoProduction(mode: string | undefined): void {
  if (mode?.trim() !== 'production') return;
  throw new RefusedToSeedError('NODE_ENV is production: a production database is never seeded.');
}

/** @throws RefusedToSeedError for a database that is not on this machine */
export function requireLocal(mongodbUri: string): void {
  const remote = hostsOf(mongodbUri).filter((host) => !isLocal(host));
  if (remote.length === 0 && !mongodbUri.startsWith('mongodb+srv:')) return;
  throw new RefusedToSeedError(
    `MONGODB_URI names ${remote.join(', ')}, which is not this machine and may be somebody's production database. ` +
      'If it is not, say so with --allow-remote.',
  );
}
