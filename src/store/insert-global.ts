import type { Model } from 'mongoose';
import type { Document } from './driver';
import type { Tx } from './unit-of-work';

/**
 * Inserts a document of a collection that belongs to no tenant, as it is. Not through `insertMany`: that goes by way of
 * the driver's bulk write, whose error has forgotten which unique key it was (`duplicateKeyOf`).
 */
export async function insertGlobal<Doc>(tx: Tx, model: Model<Doc>, doc: Doc & Document): Promise<void> {
  tx.wroteTo(model.collection.name);
  await model.collection.insertOne(doc, { session: tx.session });
}
