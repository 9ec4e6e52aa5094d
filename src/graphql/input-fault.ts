import {
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  Kind,
  type ObjectFieldNode,
  parse,
  type ValueNode,
  visit,
} from 'graphql';
import type { FieldFault } from '../domain/errors';

const VALUES: readonly string[] = [
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
  Kind.OBJECT_FIELD,
];
/** A message may quote what was sent. */
const MAX_MESSAGE = 300;

const INVALID_VARIABLE = /^Variable "\$(\w+)" got invalid value /;
const MISSING_VARIABLE = /^Variable "\$(\w+)" of (?:required|non-null) type /;
/** The input field that a message of graphql-js names besides the node it points at. */
const NAMED_FIELD = /^Field "(?:\w+\.)?(\w+)" (?:of required type|is not defined by type)/;

/**
 * What graphql-js says about a value that does not fit its type, as a fault of the field it was meant for: the values of
 * variables and the ones written into the document alike. null for an error about something else.
 */
export function inputFault(error: GraphQLError): FieldFault | null {
  const [node] = error.nodes ?? [];
  if (node === undefined || error.source === undefined) return null;
  const invalid = INVALID_VARIABLE.exec(error.message);
  const name = (invalid ?? MISSING_VARIABLE.exec(error.message))?.[1];
  if (name !== undefined && node.kind === Kind.VARIABLE_DEFINITION) {
    return faultOfVariable(error, name, invalid !== null);
  }
  // A variable that nobody defined is a malformed document; one whose null is noticed while executing is a bad value.
  const isValue = VALUES.includes(node.kind) || (node.kind === Kind.VARIABLE && error.path !== undefined);
  if (!isValue) return null;
  const path = pathOf(parse(error.source.body), (candidate) => sameNode(candidate, node));
  return path && faultAt(path, error.message, node.kind === Kind.OBJECT_FIELD);
}

/** graphql-js: `Variable "$input" got invalid value "x" at "input.startsAtLocal"; Expected type …`. */
function faultOfVariable(error: GraphQLError, name: string, hasValue: boolean): FieldFault | null {
  if (error.source === undefined) return null;
  const isUse = (node: ASTNode): boolean => node.kind === Kind.VARIABLE && node.name.value === name;
  const argument = pathOf(parse(error.source.body), isUse) ?? [name];
  if (!hasValue) return faultAt(argument, 'is required', true);
  const at = new RegExp(` at "${name}([.[][^"]*)"; `).exec(error.message);
  const inside = at?.[1]?.split(/[.[\]]+/).filter((part) => part !== '') ?? [];
  const reason = at ? error.message.slice(at.index + at[0].length) : afterValue(error.message);
  return faultAt([...argument, ...inside], reason, false);
}

const afterValue = (message: string): string => message.slice(message.lastIndexOf('; ') + 2);

function faultAt(path: readonly string[], message: string, namesItself: boolean): FieldFault {
  const field = namesItself ? undefined : NAMED_FIELD.exec(message)?.[1];
  const full = field === undefined ? path : [...path, field];
  return { path: full.join('.'), message: shortened(message) };
}

const shortened = (message: string): string =>
  message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;

const sameNode = (a: ASTNode, b: ASTNode): boolean => a.kind === b.kind && a.loc?.start === b.loc?.start;

/** The argument, input fields and list positions that lead to the first value that is wanted. */
function pathOf(document: DocumentNode, wanted: (node: ASTNode) => boolean): readonly string[] | null {
  let found: readonly string[] | null = null;
  visit(document, {
    Argument: ({ name, value }) => {
      found ??= pathInside(value, [name.value], wanted);
    },
  });
  return found;
}

function pathInside(
  node: ValueNode | ObjectFieldNode,
  path: readonly string[],
  wanted: (node: ASTNode) => boolean,
): readonly string[] | null {
  if (wanted(node)) return path;
  if (node.kind === Kind.OBJECT_FIELD) return pathInside(node.value, path, wanted);
  const steps: readonly (readonly [string, ValueNode | ObjectFieldNode])[] =
    node.kind === Kind.LIST
      ? node.values.map((value, index) => [String(index), value] as const)
      : node.kind === Kind.OBJECT
        ? node.fields.map((field) => [field.name.value, field] as const)
        : [];
  for (const [step, inner] of steps) {
    const found = pathInside(inner, [...path, step], wanted);
    if (found !== null) return found;
  }
  return null;
}
