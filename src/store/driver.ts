import type { mongo } from 'mongoose';

/** The driver's types, from the copy that Mongoose brings: another copy's would not fit. */
export type ChangeStream<Doc extends mongo.Document> = mongo.ChangeStream<Doc, mongo.ChangeStreamDocument<Doc>>;
export type ClientSession = mongo.ClientSession;
export type Collection<Doc extends mongo.Document> = mongo.Collection<Doc>;
export type Document = mongo.Document;
export type CreateIndexesOptions = mongo.CreateIndexesOptions;
export type Db = mongo.Db;
export type Timestamp = mongo.Timestamp;
