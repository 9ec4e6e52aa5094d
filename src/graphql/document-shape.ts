import { type ASTNode, type DocumentNode, Kind, type SelectionNode, type SelectionSetNode, visit } from 'graphql';

/** What of a document shows without a schema. The numbers of the operation that has most of each. */
export interface DocumentShape {
  readonly aliases: number;
  readonly directives: number;
  /** Fields directly under the operation, those of its fragments included. */
  readonly rootFields: number;
  /** Fields inside each other; introspection, and the `edges` and `node` with which lists are written, do not count. */
  readonly depth: number;
}

/** Every node is looked at once, however often fragments are spread: fragments in fragments multiply, and are numbers. */
export function shapeOf(document: DocumentNode): DocumentShape {
  const fragments = new Fragments(document);
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const most = (of: (set: SelectionSetNode) => number): number =>
    Math.max(0, ...operations.map(({ selectionSet }) => of(selectionSet)));
  return {
    ...countedIn(document),
    rootFields: most((set) => fragments.fieldsIn(set)),
    depth: most((set) => fragments.depthOf(set, true)),
  };
}

function countedIn(document: ASTNode): Pick<DocumentShape, 'aliases' | 'directives'> {
  const counted = { aliases: 0, directives: 0 };
  visit(document, {
    Field: ({ alias }) => void (alias && (counted.aliases += 1)),
    Directive: () => void (counted.directives += 1),
  });
  return counted;
}

/** Undefined while it is being worked out: a fragment inside itself counts nothing here, and is refused anyway. */
type Known = Map<string, number | undefined>;

class Fragments {
  readonly #sets = new Map<string, SelectionSetNode>();
  readonly #fields: Known = new Map();
  readonly #depths: Known = new Map();

  constructor({ definitions }: DocumentNode) {
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#sets.set(definition.name.value, definition.selectionSet);
    }
  }

  fieldsIn({ selections }: SelectionSetNode): number {
    return selections.map((selection) => this.#fieldsOf(selection)).reduce((sum, fields) => sum + fields, 0);
  }

  depthOf({ selections }: SelectionSetNode, isRoot = false): number {
    return selections.reduce((deepest, selection) => Math.max(deepest, this.#depthBelow(selection, isRoot)), 0);
  }

  #fieldsOf(selection: SelectionNode): number {
    if (selection.kind === Kind.FIELD) return 1;
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.fieldsIn(selection.selectionSet);
    return this.#once(this.#fields, selection.name.value, (set) => this.fieldsIn(set));
  }

  #depthBelow(selection: SelectionNode, isRoot: boolean): number {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.depthOf(selection.selectionSet, isRoot);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return this.#once(this.#depths, selection.name.value, (set) => this.depthOf(set));
    }
    const { value: name } = selection.name;
    if (name.startsWith('__')) return 0;
    const below = selection.selectionSet === undefined ? 0 : this.depthOf(selection.selectionSet);
    return !isRoot && (name === 'edges' || name === 'node') ? below : below + 1;
  }

  #once(known: Known, name: string, work: (set: SelectionSetNode) => number): number {
    const set = this.#sets.get(name);
    if (set === undefined) return 0;
    if (!known.has(name)) {
      known.set(name, undefined);
      known.set(name, work(set));
    }
    return known.get(name) ?? 0;
  }
}
