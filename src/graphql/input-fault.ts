import { type DocumentNode, type GraphQLError, Kind, parse, type Source, type ValueNode, visit } from 'graphql';
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
    return faultOfVariable(error, name, invalid !== null, placesOf(error.source).byVariable.get(name));
  }
  // A variable that nobody defined is a malformed document; one whose null is noticed while executing is a bad value.
  const isValue = VALUES.includes(node.kind) || (node.kind === Kind.VARIABLE && error.path !== undefined);
  if (!isValue) return null;
  const place = node.loc && placesOf(error.source).byStart.get(node.loc.start);
  return place ? faultAt(pathTo(place), error.message, node.kind === Kind.OBJECT_FIELD) : null;
}

/** graphql-js: `Variable "$input" got invalid value "x" at "input.startsAtLocal"; Expected type …`. */
function faultOfVariable({ message }: GraphQLError, name: string, hasValue: boolean, place?: Place): FieldFault {
  const argument = place ? pathTo(place) : [name];
  if (!hasValue) return faultAt(argument, 'is required', true);
  const at = new RegExp(` at "${name}([.[][^"]*)"; `).exec(message);
  const inside = at?.[1]?.split(/[.[\]]+/).filter((part) => part !== '') ?? [];
  const reason = at ? message.slice(at.index + at[0].length) : afterValue(message);
  return faultAt([...argument, ...inside], reason, false);
}

const afterValue = (message: string): string => message.slice(message.lastIndexOf('; ') + 2);

function faultAt(path: readonly string[], message: string, namesItself: boolean): FieldFault {
  const field = namesItself ? undefined : NAMED_FIELD.exec(message)?.[1];
  const full = field === undefined ? path : [...path, field];
  return { path: full.join('.'), message };
}

/** Where a value stands: its argument, input field or position in a list, and what is around it. */
interface Place {
  readonly step: string;
  readonly around: Place | null;
}

interface Places {
  /** By the offset where a value begins, or an object's field that holds one: no two share it. */
  readonly byStart: ReadonlyMap<number, Place>;
  /** By the name of a variable: where it is used first. */
  readonly byVariable: ReadonlyMap<string, Place>;
}

const known = new WeakMap<Source, Places>();

/** A document may have a hundred such errors: it is read again once for all of them. */
function placesOf(source: Source): Places {
  const places = known.get(source) ?? readPlaces(parse(source.body));
  known.set(source, places);
  return places;
}

function readPlaces(document: DocumentNode): Places {
  const byStart = new Map<number, Place>();
  const byVariable = new Map<string, Place>();
  const read = (node: ValueNode, step: string, around: Place | null): Place => {
    const place = { step, around };
    if (node.loc) byStart.set(node.loc.start, place);
    if (node.kind === Kind.VARIABLE && !byVariable.has(node.name.value)) byVariable.set(node.name.value, place);
    if (node.kind === Kind.LIST) node.values.forEach((value, index) => read(value, String(index), place));
    if (node.kind === Kind.OBJECT) {
      for (const { name, value, loc } of node.fields) {
        const inner = read(value, name.value, place);
        if (loc) byStart.set(loc.start, inner);
      }
    }
    return place;
  };
  visit(document, { Argument: ({ name, value }) => void read(value, name.value, null) });
  return { byStart, byVariable };
}

function pathTo(place: Place): readonly string[] {
  const steps: string[] = [];
  for (let at: Place | null = place; at !== null; at = at.around) steps.unshift(at.step);
  return steps;
}
