import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { buildSchema } from '../../src/graphql/build-schema';

let schema: GraphQLSchema;
let types: GraphQLNamedType[];

beforeAll(async () => {
  schema = await buildSchema();
  types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
});

const outputFields = (type: GraphQLNamedType): GraphQLField<unknown, unknown>[] =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
const named = (suffix: string) => types.filter(({ name }) => name.endsWith(suffix));

/** `Type.field(arg)` and what describes it, for everything in the schema. */
function* described(): Generator<[string, string | null | undefined]> {
  for (const type of types) {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    if (!roots.some((root) => root === type)) yield [type.name, type.description];
    for (const field of outputFields(type)) {
      yield [`${type.name}.${field.name}`, field.description];
      for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name})`, arg.description];
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field.description];
    }
    if (isEnumType(type)) {
      for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description];
    }
  }
}

describe('the schema', () => {
  it('describes every type, field, argument and enum value', () => {
    const silent = [...described()].filter(([, description]) => !description?.trim()).map(([what]) => what);
    expect(silent).toEqual([]);
  });

  it('gives every mutation one argument, an input that is required', () => {
    const argsOf = (args: readonly GraphQLArgument[]) => args.map(({ name, type }) => `${name}: ${String(type)}`);
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const input = `${field.name[0]?.toUpperCase()}${field.name.slice(1)}Input!`;
      expect([field.name, argsOf(field.args)]).toEqual([field.name, [`input: ${input}`]]);
    }
  });

  it('names what a mutation answers …Result or …Payload, and never leaves it null', () => {
    for (const { name, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      expect([name, isNonNullType(type)]).toEqual([name, true]);
      const answer = getNamedType(type);
      expect(answer.name).toMatch(isUnionType(answer) ? /Result$/ : /Payload$/);
    }
  });

  it('makes every …Result a union of one payload and of errors', () => {
    for (const type of named('Result')) {
      if (!isUnionType(type)) throw new Error(`${type.name} is no union`);
      const members = type.getTypes().map(({ name }) => name);
      expect(members.filter((name) => name.endsWith('Payload'))).toHaveLength(1);
      expect(members.filter((name) => !/(Payload|Error)$/.test(name))).toEqual([]);
    }
    expect(types.filter(isUnionType).every(({ name }) => name.endsWith('Result'))).toBe(true);
  });

  it('gives every …Error a code and a message through UserError', () => {
    for (const type of named('Error').filter(isObjectType)) {
      expect([type.name, type.getInterfaces().map(({ name }) => name)]).toEqual([type.name, ['UserError']]);
    }
  });

  it('calls instants …At and wall clocks …Local', () => {
    const ofType = (scalar: string) =>
      types.flatMap((type) =>
        [...outputFields(type), ...(isInputObjectType(type) ? Object.values(type.getFields()) : [])]
          .filter((field) => getNamedType(field.type).name === scalar && !isListType(field.type))
          .map(({ name }) => name),
      );
    expect(ofType('DateTime').filter((name) => !/(At|^from|^to)$/.test(name))).toEqual([]);
    const local = new Set(ofType('LocalDateTime').filter((name) => !name.endsWith('Local')));
    expect([...local].sort()).toEqual(['exdates', 'firstMatch', 'rdates', 'recurrenceId']);
  });

  it('pages every connection alike', () => {
    for (const type of named('Connection')) {
      const fields = outputFields(type).map(({ name, type: of }) => `${name}: ${String(of)}`);
      const noun = type.name.replace('Connection', '');
      expect(fields).toEqual(expect.arrayContaining([`edges: [${noun}Edge!]!`, 'pageInfo: PageInfo!']));
    }
    const paged = types.flatMap(outputFields).filter(({ type }) => getNamedType(type).name.endsWith('Connection'));
    expect(paged.length).toBeGreaterThan(5);
    for (const field of paged) {
      const args = new Map(field.args.map((arg) => [arg.name, String(arg.type)]));
      expect([field.name, args.get('first'), args.get('after')]).toEqual([field.name, 'Int!', 'String']);
    }
  });

  it('takes no tenant from a client [T7]', () => {
    const inputs = types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields()));
    const args = types.flatMap(outputFields).flatMap((field) => field.args.map(({ name }) => name));
    expect([...inputs, ...args].filter((name) => /tenant/i.test(name))).toEqual([]);
  });
});
