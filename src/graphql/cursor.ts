import { createHash, type Hash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json';
import { BadUserInputError } from '../domain/errors';
import type { TenantId } from '../domain/ids';
import type { TimePosition } from '../store/page';

/** What a cursor belongs to; with any other of these it is refused. */
export interface CursorPurpose {
  readonly tenantId: TenantId;
  /** The connection, e.g. `Query.events`. */
  readonly connection: string;
  /** The arguments as given, without `first` and `after`. */
  readonly filter: unknown;
}

/*
 * Layout: version 1 | checksum 8 | instant 8 (ms, signed) | id 12 bytes, as base64url.
 *
 * The checksum covers the position and the purpose. It has no key on purpose: a cursor grants nothing. Every page is read
 * under the viewer's own tenant, permission and filter, so whoever works out how to compute one only chooses where their
 * own list begins. What the checksum is for: a cursor that was altered, cut, taken from another list, another filter or
 * another organization is a mistake, and is refused instead of silently answering with the wrong page.
 */
const VERSION = 1;
const LENGTH = 29;

/** Writes the cursors of one page: what they have in common, the purpose, is made into text and hashed once. */
export class CursorWriter {
  #begun: Hash | undefined;

  constructor(private readonly purpose: CursorPurpose) {}

  write(position: TimePosition): string {
    this.#begun ??= hashOf(this.purpose);
    const bytes = Buffer.alloc(LENGTH);
    bytes.writeUInt8(VERSION, 0);
    bytes.writeBigInt64BE(BigInt(position.startsAt.getTime()), 9);
    bytes.write(position.id, 17, 'hex');
    checksum(this.#begun.copy(), bytes.subarray(9)).copy(bytes, 1);
    return bytes.toString('base64url');
  }
}

/** @throws BadUserInputError at `path`, `after` unless told: not a cursor of this list with these arguments. */
export function decodeCursor(purpose: CursorPurpose, cursor: string, path = 'after'): TimePosition {
  const bytes = cursor.length > 64 ? Buffer.alloc(0) : Buffer.from(cursor, 'base64url');
  const genuine =
    bytes.length === LENGTH &&
    bytes.readUInt8(0) === VERSION &&
    bytes.toString('base64url') === cursor &&
    checksum(hashOf(purpose), bytes.subarray(9)).equals(bytes.subarray(1, 9));
  if (!genuine) {
    throw BadUserInputError.at(path, 'is not a cursor of this list with these arguments');
  }
  return { startsAt: new Date(Number(bytes.readBigInt64BE(9))), id: bytes.toString('hex', 17) };
}

const hashOf = ({ tenantId, connection, filter }: CursorPurpose): Hash =>
  createHash('sha256').update(`${VERSION}\n${tenantId}\n${connection}\n${canonicalJson(filter)}\n`);

const checksum = (begun: Hash, position: Uint8Array): Buffer => begun.update(position).digest().subarray(0, 8);
