import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { mongo } from 'mongoose';
import { newId } from '../../src/platform/new-id';

/**
 * A backup is one gzipped file of BSON documents, each with its length in front as BSON has it: a header, then for each
 * collection its documents followed by a footer that counts and hashes them, then an end. What has no end is no backup.
 */
const FORMAT = 'happening-backup/1';

export interface ArchiveHeader {
  readonly format: string;
  /** The newest migration of the database that was copied. */
  readonly migration: number;
  /** When the copy was begun; every document is as of one moment shortly after. */
  readonly at: Date;
  readonly collections: readonly string[];
}

export interface CollectionFooter {
  readonly collection: string;
  readonly count: number;
  readonly sha256: string;
}

/** The file is not a backup, or not a whole one. */
export class BrokenArchiveError extends Error {
  constructor(path: string, why: string) {
    super(`${path} cannot be restored: ${why}.`);
    this.name = 'BrokenArchiveError';
  }
}

export interface SourceCollection {
  readonly name: string;
  /** BSON, one document each. */
  readonly documents: AsyncIterable<Buffer>;
}

/** Longer than any copy reads. */
const LEFT_OVER_MS = 24 * 3_600_000;

/** Of copies of the same backup that were killed: they hold what the backup holds. */
async function removeLeftOvers(path: string): Promise<void> {
  const folder = dirname(path);
  const parts = (await readdir(folder)).filter(
    (name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.part'),
  );
  for (const part of parts.map((name) => join(folder, name))) {
    // One that is being written may get its name at this moment.
    const found = await stat(part).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > LEFT_OVER_MS) await rm(part, { force: true });
  }
}

/**
 * Writes to a file of its own beside `path` and renames it when it is whole, so that a backup that broke off is never taken
 * for one, and two at once do not write into each other's.
 */
export async function writeArchive(
  path: string,
  header: Omit<ArchiveHeader, 'format'>,
  collections: Iterable<SourceCollection>,
): Promise<readonly CollectionFooter[]> {
  await removeLeftOvers(path);
  const unfinished = `${path}.${newId()}.part`;
  const footers: CollectionFooter[] = [];
  async function* entries(): AsyncGenerator<Uint8Array> {
    yield mongo.BSON.serialize({ ...header, format: FORMAT });
    for (const { name, documents } of collections) {
      const hash = createHash('sha256');
      let count = 0;
      for await (const document of documents) {
        hash.update(document);
        count += 1;
        yield mongo.BSON.serialize({ document: new mongo.Binary(document) });
      }
      const footer = { collection: name, count, sha256: hash.digest('hex') };
      footers.push(footer);
      yield mongo.BSON.serialize({ footer });
    }
    yield mongo.BSON.serialize({ end: footers.length });
  }
  try {
    await pipeline(entries, createGzip(), createWriteStream(unfinished, { mode: 0o600, flush: true }));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return footers;
}

export interface ArchiveReader {
  readonly header: ArchiveHeader;
  /** Documents in portions, and after each collection its footer, checked. @throws BrokenArchiveError */
  portions(): AsyncGenerator<{ readonly collection: string; readonly documents: readonly mongo.Document[] }>;
}

const PORTION = 500;

/** @throws BrokenArchiveError */
export async function openArchive(path: string): Promise<ArchiveReader> {
  const documents = bsonDocuments(path);
  const first = await documents.next();
  const header = first.done === true ? undefined : mongo.BSON.deserialize(first.value);
  if (header?.['format'] !== FORMAT) throw new BrokenArchiveError(path, 'it is not a backup of this service');
  const collections = header['collections'] as readonly string[];
  return { header: header as ArchiveHeader, portions: () => portionsOf(path, documents, collections) };
}

/** Reads it from end to end, so that nothing is begun with a file that turns out not to be whole. @throws BrokenArchiveError */
export async function checkArchive(path: string): Promise<void> {
  const portions = (await openArchive(path)).portions();
  while ((await portions.next()).done !== true);
}

async function* portionsOf(path: string, documents: AsyncGenerator<Buffer>, collections: readonly string[]) {
  const waiting = [...collections];
  let portion: mongo.Document[] = [];
  let hash = createHash('sha256');
  let count = 0;
  for await (const bytes of documents) {
    const { document, footer, end } = mongo.BSON.deserialize(bytes, { promoteBuffers: true }) as Entry;
    const collection = waiting[0] ?? '';
    if (document !== undefined) {
      hash.update(document);
      count += 1;
      portion.push(mongo.BSON.deserialize(document, { promoteValues: false }));
    }
    if (portion.length > 0 && (portion.length === PORTION || footer !== undefined)) {
      yield { collection, documents: portion };
      portion = [];
    }
    if (footer !== undefined) {
      const whole = footer.collection === collection && footer.count === count && footer.sha256 === hash.digest('hex');
      if (!whole)
        throw new BrokenArchiveError(path, `the documents of ${footer.collection} are not those that were written`);
      waiting.shift();
      hash = createHash('sha256');
      count = 0;
    }
    if (end !== undefined && waiting.length === 0) return;
  }
  throw new BrokenArchiveError(path, 'it ends too early');
}

interface Entry {
  readonly document?: Buffer;
  readonly footer?: CollectionFooter;
  readonly end?: number;
}

/** @throws BrokenArchiveError where the file is not gzip, or breaks off */
async function* bsonDocuments(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  const file = createReadStream(path);
  const unzipped = file.pipe(createGunzip());
  file.once('error', (error) => unzipped.destroy(error));
  try {
    for await (const chunk of unzipped as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let size = sizeOf(path, rest); size <= rest.length; size = sizeOf(path, rest)) {
        yield rest.subarray(0, size);
        rest = rest.subarray(size);
      }
    }
  } catch (error) {
    if (error instanceof BrokenArchiveError) throw error;
    throw new BrokenArchiveError(path, error instanceof Error ? error.message : String(error));
  }
}

/** An empty document; and the largest one (16 MB) with what is around it here, bytes. */
const [MIN_SIZE, MAX_SIZE] = [5, 17 * 1024 * 1024];

/** How long the document at the front is; infinite where that is not here yet. @throws BrokenArchiveError, before it is read */
function sizeOf(path: string, bytes: Buffer): number {
  if (bytes.length < 4) return Infinity;
  const size = bytes.readInt32LE(0);
  if (size < MIN_SIZE || size > MAX_SIZE) throw new BrokenArchiveError(path, `it has a document of ${size} bytes`);
  return size;
}
