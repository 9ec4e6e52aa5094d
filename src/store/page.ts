import { Types } from 'mongoose';
import type { Document } from './driver';

/** Some rows in their order, and whether there are more. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasNextPage: boolean;
}

/** Where a page of a list in order of (start, id) ended. */
export interface TimePosition {
  readonly startsAt: Date;
  readonly id: string;
}

/** Where a page of a list in order of the id ended. */
export interface IdPosition {
  readonly id: string;
}

export interface PageRequest<Position> {
  readonly first: number;
  /** null: from the beginning. */
  readonly after: Position | null;
}

/** A page of `first` from one row more than that: the extra row only says that there is more. */
export const pageOf = <Row, Item>(rows: readonly Row[], first: number, toItem: (row: Row) => Item): Page<Item> => ({
  items: rows.slice(0, first).map(toItem),
  hasNextPage: rows.length > first,
});

export const afterId = (after: IdPosition | null): Document[] =>
  after === null ? [] : [{ _id: { $gt: new Types.ObjectId(after.id) } }];

/**
 * Rows behind a position in order of (`field`, _id), for lists in which few rows share an instant. The first condition
 * bounds the index scan, the second passes over the rest.
 */
export const afterTime = (field: 'startsAt' | 's', after: TimePosition | null): Document[] =>
  after === null
    ? []
    : [
        { [field]: { $gte: after.startsAt } },
        { $or: [{ [field]: { $gt: after.startsAt } }, { _id: { $gt: new Types.ObjectId(after.id) } }] },
      ];

/** The same for lists that begin with the newest: rows before a position in order of (`field`, _id). */
export const beforeTime = (field: 'at', before: TimePosition | null): Document[] =>
  before === null
    ? []
    : [
        { [field]: { $lte: before.startsAt } },
        { $or: [{ [field]: { $lt: before.startsAt } }, { _id: { $lt: new Types.ObjectId(before.id) } }] },
      ];
