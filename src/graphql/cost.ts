import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { MAX_CHANGES } from '../domain/field-changes';
import { MAX_PAGE_SIZE } from './input-rules';

/**
 * What a list counts that is not paged. Most are cut off here by the rule that makes them; nothing bounds a person's
 * organizations, who has hardly ever more than a few. A list of scalars counts one, like every leaf.
 */
const MAX_UNPAGED = 100;

/** But for these, which have a bound of their own. */
const OWN_BOUNDS: ReadonlyMap<string, number> = new Map([['AuditEntry.changes', MAX_CHANGES]]);

type Variables = Readonly<Record<string, unknown>>;

export interface Costed {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
}

/**
 * How many values the answer can hold at most: a field counts one, and what is inside a list as often as the list is long,
 * that is `first` times. Known before anything is read; works on a document that is valid.
 */
export const costOf = (costed: Costed): number => new CostMeter(costed).total();

class CostMeter {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Of a fragment in a page of a given size. A cost is linear in what stands around it, so that once is enough. */
  readonly #known = new Map<string, number>();
  readonly #variables: Variables;

  constructor(private readonly costed: Costed) {
    const { definitions } = costed.document;
    this.#fragments = new Map(
      definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
    );
    this.#variables = withDefaults(costed.operation, costed.variables);
  }

  total(): number {
    const { schema, operation } = this.costed;
    return this.#costIn(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, null);
  }

  /** @param page how long the list is that a connection's fields lie around; null outside of one */
  #costIn({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined, page: number | null): number {
    let cost = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) cost += this.#costOf(selection, parent, page);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) cost += this.#costSpread(selection.name.value, page);
      else
        cost += this.#costIn(selection.selectionSet, this.#typeOf(selection.typeCondition?.name.value, parent), page);
    }
    return cost;
  }

  #costSpread(name: string, page: number | null): number {
    const key = `${name} ${page}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return 0;
    const type = this.#typeOf(fragment.typeCondition.name.value, undefined);
    const cost = this.#costIn(fragment.selectionSet, type, page);
    this.#known.set(key, cost);
    return cost;
  }

  #costOf(node: FieldNode, parent: GraphQLNamedType | undefined, page: number | null): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    // What is no field of ours is introspection, which graphql-js limits itself.
    if (field === undefined || node.selectionSet === undefined) return 1;
    const type = getNamedType(field.type);
    const own = this.#pageOf(node, field);
    const bound = OWN_BOUNDS.get(`${parent?.name}.${field.name}`);
    const times = isListType(getNullableType(field.type)) ? (bound ?? own ?? page ?? MAX_UNPAGED) : 1;
    return 1 + times * this.#costIn(node.selectionSet, isCompositeType(type) ? type : undefined, own);
  }

  #typeOf(name: string | undefined, otherwise: GraphQLNamedType | undefined): GraphQLNamedType | undefined {
    return name === undefined ? otherwise : this.costed.schema.getType(name);
  }

  /** `first` of the field or of its input; of a look-up, the number of ids. Null: the field is not about a list. */
  #pageOf({ arguments: given = [] }: FieldNode, { args }: GraphQLField<unknown, unknown>): number | null {
    const valueOf = (name: string): unknown => {
      const node = given.find((one) => one.name.value === name)?.value;
      const value = node === undefined ? undefined : this.#valueOf(node);
      return value === undefined ? args.find((arg) => arg.name === name)?.defaultValue : value;
    };
    const takes = (name: string): boolean => args.some((arg) => arg.name === name);
    if (takes('first')) return pageSize(valueOf('first'));
    if (takes('ids')) return lengthOf(valueOf('ids'));
    const input = valueOf('input');
    return typeof input === 'object' && input !== null && 'first' in input ? pageSize(input.first) : null;
  }

  #valueOf(node: ValueNode): unknown {
    return valueFromASTUntyped(node, this.#variables);
  }
}

/** One that is out of bounds reads nothing: it is refused as a bad input, which names its place. */
const pageSize = (first: unknown): number =>
  typeof first === 'number' && first >= 1 && first <= MAX_PAGE_SIZE ? first : 0;

/** A single value stands for a list of one; a list that is too long is refused as a bad input. */
const lengthOf = (ids: unknown): number => {
  if (!Array.isArray(ids)) return 1;
  return ids.length <= MAX_UNPAGED ? ids.length : 0;
};

const withDefaults = ({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables): Variables => ({
  ...Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  ),
  ...given,
});
