import { bson, jsonSchema, type CollectionSpec } from './collection-spec';

/** One document: the newest time zone data that any process has worked with. */
export interface TimeZoneDataDoc {
  _id: 'newest';
  /** As the IANA names its releases, `2026a`: in order of the alphabet. */
  version: string;
  /** When all stored dates were last compared with it; null: not yet. */
  checkedAt: Date | null;
}

export const timeZoneDataCollection: CollectionSpec = {
  name: 'timeZoneData',
  tenantOwned: false,
  validator: jsonSchema(['version', 'checkedAt'], { version: bson.text, checkedAt: bson.dateOrNull }),
  indexes: [],
};
