import type { mongo } from 'mongoose';

/** The driver's types, from the copy that Mongoose brings: another copy's would not fit. */
export type ClientSession = mongo.ClientSession;
export type Collection<Doc extends mongo.Document> = mongo.Collection<Doc>;
export type Document = mongo.Document;
export type CreateIndexesOptions = mongo.CreateIndexesOptions;
export type Db = mongo.Db;
