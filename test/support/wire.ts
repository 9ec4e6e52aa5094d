import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  astFromValue,
  buildSchema,
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  print,
} from 'graphql';

/** The schema as it is committed; `npm run check` refuses one that is not what the classes say. */
export const schema: GraphQLSchema = buildSchema(
  readFileSync(join(__dirname, '..', '..', 'src', 'schema.graphql'), 'utf8'),
);

export interface WireOperation {
  readonly kind: 'query' | 'mutation';
  readonly name: string;
  readonly args: readonly GraphQLArgument[];
  /** Takes every argument as a variable of its name, and asks for everything that can be reached. */
  readonly document: string;
}

/** What is pushed, by name. */
export const subscriptions: readonly string[] = Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).sort();

/** Every query and mutation. */
export const operations: readonly WireOperation[] = [
  ...operationsOf('query', schema.getQueryType()),
  ...operationsOf('mutation', schema.getMutationType()),
];

export function operationNamed(name: string): WireOperation {
  const found = operations.find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`There is no operation ${name}.`);
  return found;
}

function operationsOf(kind: WireOperation['kind'], root: GraphQLObjectType | null | undefined): WireOperation[] {
  return Object.values(root?.getFields() ?? {}).map((field) => ({
    kind,
    name: field.name,
    args: field.args,
    document: documentOf(kind, field),
  }));
}

function documentOf(kind: WireOperation['kind'], { name, args, type }: GraphQLField<unknown, unknown>): string {
  const variables = args.map((arg) => `$${arg.name}: ${String(arg.type)}${defaultOf(arg)}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const inBrackets = (text: string): string => (text === '' ? '' : `(${text})`);
  return `${kind} ${name}${inBrackets(variables)} { ${name}${inBrackets(passed)} ${selectionOf(type)} }`;
}

function defaultOf({ type, defaultValue }: GraphQLArgument): string {
  const node = defaultValue === undefined ? null : astFromValue(defaultValue, type);
  return node ? ` = ${print(node)}` : '';
}

/** Everything below a type, each type once on the way down. */
export function selectionOf(output: GraphQLOutputType): string {
  return selection(getNamedType(output), []);
}

function selection(type: GraphQLNamedType, above: readonly string[]): string {
  if (isLeafType(type)) return '';
  if (isObjectType(type)) return `{ __typename ${fieldsOf(type, above, new Set())} }`;
  if (!isAbstractType(type)) throw new Error(`${type.name} cannot be selected from.`);
  const members = schema.getPossibleTypes(type);
  const ambiguous = ambiguousFields(members);
  const fragments = members.map((member) => `... on ${member.name} { ${fieldsOf(member, above, ambiguous)} }`);
  return `{ __typename ${fragments.join(' ')} }`;
}

/** Histories below lists of registrations and answers about one; elsewhere they would cost more than is allowed. */
function fieldsOf(type: GraphQLObjectType, above: readonly string[], ambiguous: ReadonlySet<string>): string {
  const path = [...above, type.name];
  const fields = Object.values(type.getFields())
    .filter((field) => !path.includes(getNamedType(field.type).name))
    .filter(({ name }) => name !== 'history' || (above.length > 0 && above.every(isAboutOne)));
  return fields
    .map(({ name, type: fieldType, args }) => {
      const alias = ambiguous.has(name) ? `${type.name}_${name}: ` : '';
      // Pages in pages multiply: with the usual size "everything" would be more than an operation may cost.
      const page = args.some((arg) => arg.name === 'first') ? '(first: 3)' : '';
      return `${alias}${name}${page} ${selection(getNamedType(fieldType), path)}`;
    })
    .join(' ');
}

function isAboutOne(type: string): boolean {
  return /^Registration(?!Change)|Payload$/.test(type);
}

/** Fields that have one name and several types among the members: GraphQL wants an alias for each. */
function ambiguousFields(members: readonly GraphQLObjectType[]): ReadonlySet<string> {
  const types = new Map<string, Set<string>>();
  for (const { name, type } of members.flatMap((member) => Object.values(member.getFields()))) {
    types.set(name, (types.get(name) ?? new Set()).add(String(type)));
  }
  return new Set([...types].filter(([, found]) => found.size > 1).map(([name]) => name));
}

/** One place in an operation's arguments where a value can stand. */
export interface Position {
  readonly operation: WireOperation;
  /** Steps from the arguments; an entry of a list is `0`. */
  readonly path: readonly string[];
  readonly type: GraphQLInputType;
  /** The input type whose field it is; null for an argument. */
  readonly owner: string | null;
  readonly hasDefault: boolean;
}

export const fieldName = ({ path }: Position): string => path.findLast((step) => step !== '0') ?? '';

/** Every place of an operation, the ones inside inputs and lists too. */
export const positionsOf = (operation: WireOperation): Position[] =>
  operation.args.flatMap((arg) => positions(operation, [arg.name], { field: arg, owner: null }));

interface Place {
  readonly field: GraphQLArgument | GraphQLInputField;
  readonly owner: string | null;
}

function positions(operation: WireOperation, path: readonly string[], { field, owner }: Place): Position[] {
  const { type, defaultValue } = field;
  const here: Position = { operation, path, type, owner, hasDefault: defaultValue !== undefined };
  return [here, ...inside(operation, path, { type, owner })];
}

function inside(
  operation: WireOperation,
  path: readonly string[],
  { type, owner }: { readonly type: GraphQLInputType; readonly owner: string | null },
): Position[] {
  if (isNonNullType(type)) return inside(operation, path, { type: type.ofType, owner });
  if (isListType(type)) {
    const entry: Position = { operation, path: [...path, '0'], type: type.ofType, owner, hasDefault: true };
    return [entry, ...inside(operation, entry.path, { type: type.ofType, owner })];
  }
  if (!isInputObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    positions(operation, [...path, field.name], { field, owner: type.name }),
  );
}

/** The types that `node` can find. */
export const nodeTypes: readonly string[] = schema
  .getPossibleTypes(schema.getType('Node') as Parameters<GraphQLSchema['getPossibleTypes']>[0])
  .map(({ name }) => name)
  .sort();

/** Fields below the operations that are paged, e.g. `Event.occurrences`. */
export const pagedFields: readonly string[] = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type))
  .filter(({ name }) => !['Query', 'Mutation', 'Subscription'].includes(name) && !name.startsWith('__'))
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ args }) => args.some(({ name }) => name === 'after'))
      .map(({ name }) => `${type.name}.${name}`),
  )
  .sort();
