import { mongo } from 'mongoose';

export type Doc = Readonly<Record<string, unknown>>;

export const isPlain = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isObjectId = (value: unknown): value is mongo.ObjectId => value instanceof mongo.ObjectId;

/** Whether two BSON values are the same; an absent one is null. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isObjectId(a)) return isObjectId(b) && a.equals(b);
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((one, at) => same(one, b[at]));
  if (isPlain(a)) {
    if (!isPlain(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
  }
  return (a ?? null) === null && (b ?? null) === null;
}

/** What the values of one BSON type are ordered by; null: of another type, or of one that nothing here orders. */
function rankOf(value: unknown): number | string | null {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (value instanceof Date) return value.getTime();
  return isObjectId(value) ? value.toHexString() : null;
}

/** Below zero: a comes first. NaN: of two types, which no comparison of a filter matches. */
export function compare(a: unknown, b: unknown): number {
  if (a instanceof Date !== b instanceof Date || isObjectId(a) !== isObjectId(b)) return NaN;
  const [left, right] = [rankOf(a), rankOf(b)];
  if (left === null || right === null || typeof left !== typeof right) return NaN;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A frozen copy as the driver would send it: what is undefined is null. Whoever changes what was read is told so. */
export function stored(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return Object.freeze(value.map(stored));
  if (!isPlain(value)) return value;
  return Object.isFrozen(value) ? value : Object.freeze(mapValues(value, stored));
}

const mapValues = (doc: Doc, change: (value: unknown) => unknown): Record<string, unknown> => {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(doc)) copy[key] = change(doc[key]);
  return copy;
};

/** The key of a document by its `_id`: a text or an ObjectId. */
export function idKey(id: unknown): string {
  if (typeof id === 'string') return `"${id}`;
  if (isObjectId(id)) return id.toHexString();
  throw new Error(`an _id of a kind that the simulated store does not know: ${typeof id}`);
}

/** The value at a dotted path of plain documents; undefined where there is none. */
export function valueAt(doc: unknown, path: readonly string[]): unknown {
  let value = doc;
  for (const part of path) {
    if (!isPlain(value)) return undefined;
    value = value[part];
  }
  return value;
}

/** A copy with the value set at a dotted path; undefined takes the field away. */
export function withValue(doc: Doc, [field, ...rest]: readonly string[], value: unknown): Doc {
  if (field === undefined) throw new Error('a path has a field');
  const inner = rest.length === 0 ? value : withValue((doc[field] ?? {}) as Doc, rest, value);
  const copy: Record<string, unknown> = { ...doc };
  if (inner === undefined) delete copy[field];
  else copy[field] = inner;
  return copy;
}
