import { evaluate } from './expression';
import { matches } from './filter';
import { isPlain, same, valueAt, withValue, type Doc } from './values';

/** The document after an update by operators or by a pipeline. `filter` is what it was found by: `$` stands for the element. */
export function updated(doc: Doc, update: Doc | readonly Doc[], { filter, isNew }: Found): Doc {
  if (Array.isArray(update)) return (update as readonly Doc[]).reduce(inPipeline, doc);
  let after = doc;
  for (const [operator, fields] of Object.entries(update as Record<string, Doc>)) {
    if (operator === '$setOnInsert' && !isNew) continue;
    for (const [path, operand] of Object.entries(fields)) {
      after = changed(after, operator, { path: positioned(after, path, filter), operand });
    }
  }
  return after;
}

interface Found {
  readonly filter: Doc;
  /** Whether an upsert makes the document. */
  readonly isNew: boolean;
}

function inPipeline(doc: Doc, stage: Doc): Doc {
  const [name, ...others] = Object.keys(stage);
  if (name !== '$set' || others.length > 0) throw new Error(`the simulated store does not know the stage ${name}`);
  let after = doc;
  for (const [path, expression] of Object.entries(stage['$set'] as Doc)) {
    after = withValue(after, path.split('.'), evaluate(expression, doc));
  }
  return after;
}

interface Change {
  readonly path: readonly string[];
  readonly operand: unknown;
}

function changed(doc: Doc, operator: string, { path, operand }: Change): Doc {
  const before = valueAtAny(doc, path);
  const set = (value: unknown): Doc => withValueAny(doc, path, value);
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      return set(operand === undefined ? null : operand);
    case '$unset':
      return set(undefined);
    case '$inc':
      return set(Number(before ?? 0) + Number(operand));
    case '$push':
      return set([...((before ?? []) as unknown[]), ...pushed(operand)]);
    case '$pull':
      return set(((before ?? []) as unknown[]).filter((one) => !isPulled(one, operand)));
    default:
      throw new Error(`the simulated store does not know ${operator}`);
  }
}

const pushed = (operand: unknown): unknown[] =>
  isPlain(operand) && '$each' in operand ? (operand['$each'] as unknown[]) : [operand];

const isPulled = (one: unknown, operand: unknown): boolean =>
  isPlain(one) && isPlain(operand) ? matches(one, operand) : same(one, operand);

/** `list.$.field`: the first element that the filter's conditions on `list.*` hold for. */
function positioned(doc: Doc, path: string, filter: Doc): string[] {
  const parts = path.split('.');
  const at = parts.indexOf('$');
  if (at === -1) return parts;
  const prefix = `${parts.slice(0, at).join('.')}.`;
  const conditions: Record<string, unknown> = {};
  for (const key of Object.keys(filter)) {
    if (key.startsWith(prefix)) conditions[key.slice(prefix.length)] = filter[key];
  }
  const list = valueAt(doc, parts.slice(0, at)) as Doc[];
  const index = list.findIndex((one) => matches(one, conditions));
  return [...parts.slice(0, at), String(index), ...parts.slice(at + 1)];
}

const isIndex = (part: string | undefined): boolean => part !== undefined && /^\d+$/.test(part);

const valueAtAny = (doc: Doc, path: readonly string[]): unknown =>
  path.some(isIndex) ? undefined : valueAt(doc, path);

/** With indexes in the path: into the element of an array. */
function withValueAny(doc: Doc, path: readonly string[], value: unknown): Doc {
  const at = path.findIndex(isIndex);
  if (at === -1) return withValue(doc, path, value);
  const list = [...(valueAt(doc, path.slice(0, at)) as Doc[])];
  const index = Number(path[at]);
  list[index] = withValue(list[index] ?? {}, path.slice(at + 1), value);
  return withValue(doc, path.slice(0, at), list);
}
