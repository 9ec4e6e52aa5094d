import { Types } from 'mongoose';

/** A new id: 24 hexadecimal characters, roughly ordered by time. Made before a transaction, so that a retry reuses it. */
export const newId = <Id extends string>(): Id => new Types.ObjectId().toHexString() as Id;
