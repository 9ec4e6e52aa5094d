import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/**
 * The names of the fields that an operation asks for below the value that is being resolved, under whatever alias and through
 * whatever fragments: of the value itself, or of what `path` leads to from it. One that `@skip` or `@include` leaves out
 * counts: reading in vain does no harm.
 */
export function selectedFields(
  { fieldNodes, fragments }: GraphQLResolveInfo,
  path: readonly string[] = [],
): ReadonlySet<string> {
  const names = new Set<string>();
  const collect = (selections: SelectionSetNode | undefined, depth: number): void => {
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, depth);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) collect(fragments[selection.name.value]?.selectionSet, depth);
      else if (depth === path.length) names.add(selection.name.value);
      else if (selection.name.value === path[depth]) collect(selection.selectionSet, depth + 1);
    }
  };
  for (const { selectionSet } of fieldNodes) collect(selectionSet, 0);
  return names;
}

/** Whether an operation asks for a field of the value that is being resolved. */
export const isSelected = (info: GraphQLResolveInfo, field: string): boolean => selectedFields(info).has(field);
