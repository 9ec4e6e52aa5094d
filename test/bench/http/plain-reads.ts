import { Types } from 'mongoose';
import { holderOfUser } from '../../../src/domain/ids';
import type { TokenSubject } from '../../../src/platform/token';
import type { Db, Document } from '../../../src/store/driver';
import { DATE_FIELDS, REGISTRATION_FIELDS } from './questions';

const DAY_MS = 86_400_000;

export interface PlainPage<Node> {
  edges: { node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Pages as they are usually read: the driver's cursor with `toArray`, the fields that are shown and no others. */
export class PlainReads {
  constructor(private readonly database: Db) {}

  async dates({ tenantId }: TokenSubject, from: Date, to: Date, first: number): Promise<PlainPage<object>> {
    const filter = {
      tenantId: new Types.ObjectId(tenantId),
      startsAt: { $gt: new Date(from.getTime() - DAY_MS), $lt: to },
      endsAt: { $gt: from },
    };
    const rows = await this.database
      .collection('occurrences')
      .find(filter, { projection: DATE_FIELDS })
      .sort({ startsAt: 1, _id: 1 })
      .limit(first + 1)
      .toArray();
    return pageOf(rows, first, startOf('startsAt'), ({ _id, ...fields }) => ({ id: idOf(_id), ...fields }));
  }

  async registrations({ tenantId, userId }: TokenSubject, first: number): Promise<PlainPage<object>> {
    const rows = await this.database
      .collection('registrations')
      .find(
        { tenantId: new Types.ObjectId(tenantId), holder: holderOfUser(userId) },
        { projection: REGISTRATION_FIELDS },
      )
      .sort({ s: 1, _id: 1 })
      .limit(first + 1)
      .toArray();
    return pageOf(rows, first, startOf('s'), ({ _id, at, version, status, seats }) => ({
      id: idOf(_id),
      status: status as unknown,
      seats: seats as unknown,
      createdAt: at as unknown,
      revision: version as unknown,
    }));
  }
}

const startOf =
  (field: string) =>
  (row: Document): Date =>
    row[field] as Date;

const idOf = (id: unknown): string => (id as Types.ObjectId).toHexString();

/** @param startOf the instant that comes first in the order; a cursor is that and the id */
export function pageOf<Row extends { readonly _id: unknown }, Node>(
  rows: readonly Row[],
  first: number,
  startOf: (row: Row) => Date,
  toNode: (row: Row) => Node,
): PlainPage<Node> {
  const shown = rows.slice(0, first);
  const last = shown.at(-1);
  const position = last && `${startOf(last).toISOString()}|${idOf(last._id)}`;
  return {
    edges: shown.map((row) => ({ node: toNode(row) })),
    pageInfo: {
      hasNextPage: rows.length > first,
      endCursor: position === undefined ? null : Buffer.from(position).toString('base64url'),
    },
  };
}
