import { getNullableType, type GraphQLInputType, isEnumType, isInputObjectType, isListType } from 'graphql';
import type { Args } from '../walk/samples';
import { selectionOf, schema, type WireOperation } from '../wire';

/** An operation with its arguments written into the document, as in an explorer. */
export function inlineDocument({ kind, name, args }: WireOperation, values: Args): string {
  const given = args.filter((arg) => values[arg.name] !== undefined);
  const passed = given.map((arg) => `${arg.name}: ${literal(values[arg.name], arg.type)}`).join(', ');
  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  const field = root?.getFields()[name];
  if (field === undefined) throw new Error(`There is no operation ${name}.`);
  return `${kind} { ${name}${passed === '' ? '' : `(${passed})`} ${selectionOf(field.type)} }`;
}

/** What fits its type is written as that type is; anything else as the JSON that it is. */
function literal(value: unknown, declared: GraphQLInputType): string {
  const type: GraphQLInputType = getNullableType(declared);
  if (Array.isArray(value) && isListType(type)) {
    return `[${value.map((entry) => literal(entry, type.ofType)).join(', ')}]`;
  }
  if (isEnumType(type) && typeof value === 'string') return value;
  if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    const fields = type.getFields();
    const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{ ${given.map(([key, inner]) => `${key}: ${fields[key] ? literal(inner, fields[key].type) : JSON.stringify(inner)}`).join(', ')} }`;
  }
  return JSON.stringify(value);
}
