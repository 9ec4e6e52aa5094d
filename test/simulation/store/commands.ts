import { evaluate } from './expression';
import { Refused } from './faults';
import { matches } from './filter';
import type { MemoryStore } from './memory-store';
import type { MemoryTransaction } from './memory-transaction';
import { updated } from './update';
import { compare, isPlain, stored, type Doc } from './values';

/** What the server answers: the fields that the store's primitives look at. */
export type Reply = Record<string, unknown>;

/** How many documents a find answers in its first batch unless told otherwise. */
const DEFAULT_BATCH = 101;

/** Carries a database command out inside a transaction. @throws a write conflict; Refused by `findAndModify` */
export function carryOut(store: MemoryStore, tx: MemoryTransaction, command: Doc): Reply {
  const [name = ''] = Object.keys(command);
  const collection = store.collection(String(command[name]));
  switch (name) {
    case 'find':
      return found(collection.find(tx, (command['filter'] ?? {}) as Doc), command);
    case 'aggregate':
      return aggregated(collection.find(tx, {}), command['pipeline'] as Doc[]);
    case 'insert':
      return inOrder(command['documents'] as Doc[], (doc) => {
        collection.insert(tx, doc);
        return 1;
      });
    case 'update':
      return updates(store, tx, command);
    case 'delete':
      return inOrder(command['deletes'] as { q: Doc; limit: number }[], ({ q, limit }) => {
        const docs = collection.find(tx, q).slice(0, limit === 0 ? undefined : limit);
        docs.forEach((doc) => collection.remove(tx, doc));
        return docs.length;
      });
    case 'findAndModify':
      return modified(store, tx, command);
    default:
      throw new Error(`the simulated store does not know the command ${name}`);
  }
}

/** One statement after the other; the first that is refused ends them and says so inside an answer that is ok (F6). */
function inOrder<Statement>(statements: readonly Statement[], run: (one: Statement, index: number) => number): Reply {
  let n = 0;
  for (const [index, statement] of statements.entries()) {
    try {
      n += run(statement, index);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { code, keyPattern, message: errmsg } = error;
      return { ok: 1, n, writeErrors: [{ index, code, errmsg, ...(keyPattern ? { keyPattern } : {}) }] };
    }
  }
  return { ok: 1, n };
}

function updates(store: MemoryStore, tx: MemoryTransaction, command: Doc): Reply {
  const collection = store.collection(String(command['update']));
  const upserted: { index: number }[] = [];
  let nModified = 0;
  const statements = command['updates'] as { q: Doc; u: Doc | Doc[]; upsert?: boolean }[];
  const reply = inOrder(statements, ({ q, u, upsert }, index) => {
    const [before] = collection.find(tx, q);
    if (before) {
      if (collection.replace(tx, before, updated(before, u, { filter: q, isNew: false }))) nModified += 1;
      return 1;
    }
    if (!upsert) return 0;
    collection.insert(tx, updated(equalities(q), u, { filter: q, isNew: true }));
    upserted.push({ index });
    return 1;
  });
  return { ...reply, nModified, ...(upserted.length > 0 ? { upserted } : {}) };
}

/** What an upsert's document begins with: what its filter says is equal. */
function equalities(filter: Doc): Doc {
  const isValue = (value: unknown): boolean =>
    !isPlain(value) || !Object.keys(value).some((key) => key.startsWith('$'));
  return Object.fromEntries(Object.entries(filter).filter(([key, value]) => !key.startsWith('$') && isValue(value)));
}

function modified(store: MemoryStore, tx: MemoryTransaction, command: Doc): Reply {
  const collection = store.collection(String(command['findAndModify']));
  const query = command['query'] as Doc;
  const [before] = collection.find(tx, query);
  if (!before) return { ok: 1, value: null };
  const after = stored(updated(before, command['update'] as Doc, { filter: query, isNew: false })) as Doc;
  collection.replace(tx, before, after);
  return { ok: 1, value: command['new'] === true ? after : before };
}

function found(docs: Doc[], { sort, limit, projection, batchSize }: Doc): Reply {
  const ordered = sort ? sorted(docs, sort as Record<string, 1 | -1>) : docs;
  const limited = typeof limit === 'number' && limit > 0 ? ordered.slice(0, limit) : ordered;
  const size = typeof batchSize === 'number' ? batchSize : DEFAULT_BATCH;
  const firstBatch = limited.slice(0, size).map((doc) => (projection ? projected(doc, projection as Doc) : doc));
  return { ok: 1, cursor: { id: limited.length > size ? 1 : 0, firstBatch } };
}

function sorted(docs: Doc[], by: Readonly<Record<string, 1 | -1>>): Doc[] {
  const fields = Object.entries(by);
  return [...docs].sort((a, b) => {
    for (const [field, direction] of fields) {
      const order = compare(a[field], b[field]);
      if (order !== 0 && !Number.isNaN(order)) return order * direction;
    }
    return 0;
  });
}

function projected(doc: Doc, projection: Doc): Doc {
  const shown: Record<string, unknown> = { _id: doc['_id'] };
  for (const [field, how] of Object.entries(projection)) {
    if (how === 1) {
      if (doc[field] !== undefined) shown[field] = doc[field];
    } else {
      shown[field] = evaluate(how, doc);
    }
  }
  return shown;
}

/** `$match` and `$group` with `$sum`: all that the repositories ask. */
function aggregated(docs: Doc[], pipeline: readonly Doc[]): Reply {
  let rows: Doc[] = docs;
  for (const stage of pipeline) {
    if (isPlain(stage['$match'])) rows = rows.filter((row) => matches(row, stage['$match'] as Doc));
    else if (isPlain(stage['$group'])) rows = grouped(rows, stage['$group']);
    else throw new Error(`the simulated store does not know the stage ${Object.keys(stage).join()}`);
  }
  return { ok: 1, cursor: { id: 0, firstBatch: rows } };
}

function grouped(rows: readonly Doc[], { _id, ...sums }: Doc): Doc[] {
  const groups = new Map<string, Record<string, unknown>>();
  for (const row of rows) {
    const id = evaluate(_id, row);
    const key = String(id);
    const group = groups.get(key) ?? { _id: id };
    groups.set(key, group);
    for (const [name, sum] of Object.entries(sums)) {
      group[name] = Number(group[name] ?? 0) + Number(evaluate((sum as Doc)['$sum'], row));
    }
  }
  return [...groups.values()];
}
