import { isOfType, matches } from './filter';
import { isPlain, same, type Doc } from './values';

/** Whether a collection's validator accepts a document: `$jsonSchema` as `collection-spec.ts` makes it, and `$expr`. */
export function accepts(validator: Doc, doc: Doc): boolean {
  return Object.keys(validator).every((key) => {
    const rule = validator[key];
    if (key === '$jsonSchema') return fits(doc, rule as Doc);
    if (key === '$and') return (rule as Doc[]).every((one) => accepts(one, doc));
    if (key === '$or') return (rule as Doc[]).some((one) => accepts(one, doc));
    return matches(doc, { [key]: rule });
  });
}

function fits(value: unknown, schema: Doc): boolean {
  return Object.keys(schema).every((keyword) => obeys(value, keyword, schema[keyword]));
}

function obeys(value: unknown, keyword: string, rule: unknown): boolean {
  switch (keyword) {
    case 'bsonType':
      return (Array.isArray(rule) ? rule : [rule]).some((type) => isOfType(value, type));
    case 'required':
      return (rule as string[]).every((field) => (value as Doc)[field] !== undefined);
    case 'properties':
      return Object.entries(rule as Record<string, Doc>).every(([field, schema]) => {
        const inner = isPlain(value) ? value[field] : undefined;
        return inner === undefined || fits(inner, schema);
      });
    case 'items':
      return !Array.isArray(value) || value.every((one) => fits(one, rule as Doc));
    case 'enum':
      return (rule as unknown[]).some((one) => same(value, one));
    case 'oneOf':
      return (rule as Doc[]).filter((schema) => fits(value, schema)).length === 1;
    case 'minimum':
      return typeof value !== 'number' || value >= (rule as number);
    case 'multipleOf':
      return typeof value !== 'number' || value % (rule as number) === 0;
    case 'minLength':
      return typeof value !== 'string' || value.length >= (rule as number);
    case 'minItems':
      return !Array.isArray(value) || value.length >= (rule as number);
    default:
      throw new Error(`the simulated store does not know the keyword ${keyword}`);
  }
}
