import { evaluate } from './expression';
import { compare, isPlain, same, type Doc } from './values';

/**
 * Whether a document matches a filter: the operators that the repositories use, and no others. One that is not known
 * throws, so that the simulation never passes for want of understanding.
 */
export function matches(doc: Doc, filter: Doc): boolean {
  for (const key of Object.keys(filter)) {
    if (!holds(doc, key, filter[key])) return false;
  }
  return true;
}

function holds(doc: Doc, key: string, condition: unknown): boolean {
  switch (key) {
    case '$and':
      return (condition as Doc[]).every((one) => matches(doc, one));
    case '$or':
      return (condition as Doc[]).some((one) => matches(doc, one));
    case '$expr':
      return evaluate(condition, doc) === true;
    default:
      if (key.startsWith('$')) throw new Error(`the simulated store does not know ${key}`);
      return meets(valuesAt(doc, key.split('.')), condition);
  }
}

/** What a path leads to; through an array of documents, to a value in each of them. */
function valuesAt(value: unknown, [field, ...rest]: readonly string[]): unknown[] {
  if (field === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, [field, ...rest]));
  return isPlain(value) ? valuesAt(value[field], rest) : [undefined];
}

function isOperators(condition: unknown): condition is Doc {
  return isPlain(condition) && Object.keys(condition).some((key) => key.startsWith('$'));
}

function meets(values: readonly unknown[], condition: unknown): boolean {
  if (!isOperators(condition)) return any(values, (value) => same(value, condition));
  for (const operator of Object.keys(condition)) {
    if (!passes(values, operator, condition[operator])) return false;
  }
  return true;
}

/** An array matches as itself, or by any of its elements. */
const any = (values: readonly unknown[], test: (value: unknown) => boolean): boolean =>
  values.some((value) => test(value) || (Array.isArray(value) && value.some(test)));

function passes(values: readonly unknown[], operator: string, operand: unknown): boolean {
  switch (operator) {
    case '$eq':
      return any(values, (value) => same(value, operand));
    case '$ne':
      return !any(values, (value) => same(value, operand));
    case '$in':
      return any(values, (value) => (operand as unknown[]).some((one) => same(value, one)));
    case '$nin':
      return !any(values, (value) => (operand as unknown[]).some((one) => same(value, one)));
    case '$gt':
      return any(values, (value) => compare(value, operand) > 0);
    case '$gte':
      return any(values, (value) => compare(value, operand) >= 0);
    case '$lt':
      return any(values, (value) => compare(value, operand) < 0);
    case '$lte':
      return any(values, (value) => compare(value, operand) <= 0);
    case '$exists':
      return values.some((value) => value !== undefined) === operand;
    case '$type':
      return values.some((value) => isOfType(value, operand));
    case '$not':
      return !meets(values, operand);
    case '$elemMatch':
      return values.some((value) => Array.isArray(value) && value.some((one) => matches(one as Doc, operand as Doc)));
    default:
      throw new Error(`the simulated store does not know ${operator}`);
  }
}

/** One of BSON's types by name; a number is each of the kinds that the driver may write it as. */
export function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'number':
    case 'int':
    case 'long':
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'date':
      return value instanceof Date;
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isPlain(value);
    case 'objectId':
      return typeof value === 'object' && value !== null && 'toHexString' in value;
    default:
      throw new Error(`the simulated store does not know the type ${String(type)}`);
  }
}
