import {
  getNullableType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';
import { fieldName, operations, type Position, positionsOf } from '../wire';
import {
  type Fault,
  FAULTS_OF_ENUM,
  FAULTS_OF_OBJECT,
  FAULTS_OF_SCALAR,
  FOREIGN_KEYS,
  LEFT_OUT,
  NULL,
} from './faulty-values';
import { refusedBy } from './field-rules';

/** One field of one operation with a value that does not fit; everything else is as it should be. */
export interface BadCase {
  readonly position: Position;
  readonly what: string;
  /** Puts the fault in the place of the right value. */
  readonly spoil: (right: unknown) => unknown;
  /** Where the answer says the fault is: there, or in a field below. */
  readonly told: string;
}

/** All of them, made from the schema: a new field has its cases at once. */
export const badCases = (): BadCase[] => operations.flatMap(positionsOf).flatMap(casesAt);

function casesAt(position: Position): BadCase[] {
  const type = getNullableType(position.type);
  const values = [...absences(position), ...valuesFor(type), ...ruledOut(position, type)];
  const replaced = values.map(({ what, value }) => caseOf(position, what, () => value));
  return isInputObjectType(type) ? [...replaced, ...foreignKeys(position), ...choices(position, type)] : replaced;
}

const caseOf = (position: Position, what: string, spoil: BadCase['spoil']): BadCase => ({
  position,
  what,
  spoil,
  told: position.path.join('.'),
});

function absences({ type, hasDefault }: Position): Fault[] {
  if (!isNonNullType(type)) return [];
  return hasDefault ? [NULL] : [NULL, LEFT_OUT];
}

function valuesFor(type: GraphQLInputType): readonly Fault[] {
  if (isEnumType(type)) return FAULTS_OF_ENUM;
  if (isInputObjectType(type)) return FAULTS_OF_OBJECT;
  if (!isScalarType(type)) return [];
  const faults = FAULTS_OF_SCALAR[type.name];
  if (faults === undefined) throw new Error(`Nobody has said what is no ${type.name}: faulty-values.ts.`);
  return faults;
}

/** What the field's own rules refuse. Ids apart: they are all well-formed, and lead somewhere or nowhere. */
function ruledOut(position: Position, type: GraphQLInputType): readonly Fault[] {
  const isEntry = position.path.at(-1) === '0';
  const needsRule = isListType(type) || (isScalarType(type) && ['String', 'Int'].includes(type.name));
  if (!needsRule || isEntry) return [];
  const faults = refusedBy(position.owner, fieldName(position));
  if (faults === null) throw new Error(`Nobody has said what ${position.path.join('.')} refuses: field-rules.ts.`);
  return faults;
}

const foreignKeys = (position: Position): BadCase[] =>
  FOREIGN_KEYS.map((key) =>
    caseOf(position, `a foreign key ${JSON.stringify(key)}`, (right) => withOwnKey(right as object, key)),
  );

/** `__proto__` as a key of the object's own, the way JSON.parse makes it. */
const withOwnKey = (right: object, key: string): object =>
  Object.defineProperty({ ...right }, key, { value: { polluted: true }, enumerable: true });

/** @oneOf: exactly one. */
function choices(position: Position, type: GraphQLInputObjectType): BadCase[] {
  if (!type.isOneOf) return [];
  const names = Object.keys(type.getFields());
  const all = Object.fromEntries(names.map((name) => [name, alternative(type.name, name)]));
  return [
    caseOf(position, 'none of the alternatives', () => ({})),
    caseOf(position, 'all of the alternatives', () => all),
    ...names.map((name) => caseOf(position, `null for the alternative ${name}`, () => ({ [name]: null }))),
  ];
}

const ALTERNATIVES: Readonly<Record<string, unknown>> = {
  'DateRangeInput.between': { from: '2027-01-01T00:00:00Z', to: '2028-01-01T00:00:00Z' },
  'DateRangeInput.next': { days: 30, timezone: 'Europe/Berlin' },
  'RecurrenceRuleInput.rrule': 'FREQ=WEEKLY;COUNT=3',
  'RecurrenceRuleInput.pattern': { frequency: 'WEEKLY', weekdays: [{ day: 'MONDAY' }], count: 3 },
};

/** A right value for one alternative of a @oneOf input. */
export function alternative(type: string, name: string): unknown {
  const value = ALTERNATIVES[`${type}.${name}`];
  if (value === undefined) throw new Error(`Nobody has given a right value for ${type}.${name}.`);
  return value;
}

export interface Choice {
  /** Where the @oneOf input stands. */
  readonly path: readonly string[];
  readonly type: string;
  readonly name: string;
}

/** The @oneOf alternatives that have to be taken for a position to be there at all. */
export function choicesOnTheWayTo({ operation, path }: Position): Choice[] {
  const above = positionsOf(operation).filter(
    (one) => one.path.length < path.length && one.path.every((step, index) => step === path[index]),
  );
  return above.flatMap((one) => {
    const type = getNullableType(one.type);
    const name = path[one.path.length] ?? '';
    return isInputObjectType(type) && type.isOneOf ? [{ path: one.path, type: type.name, name }] : [];
  });
}

/** Every alternative of every @oneOf input of an operation. */
export const allChoices = (operation: Position['operation']): Choice[] => {
  const found = positionsOf(operation).flatMap(choicesOnTheWayTo);
  const known = new Map(found.map((choice) => [JSON.stringify(choice), choice]));
  return [...known.values()];
};
