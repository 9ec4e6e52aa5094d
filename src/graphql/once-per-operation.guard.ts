import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext, type GqlContextType } from '@nestjs/graphql';
import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import { BadUserInputError } from '../domain/errors';
import { TRIES_A_SECRET } from './sensitive-mutations';

/**
 * One request tries one secret: aliases would let it try many, past everything that counts requests [G13]. Refused
 * before the first of them has an effect.
 */
export class OncePerOperationGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType<GqlContextType>() !== 'graphql') return true;
    const info = GqlExecutionContext.create(context).getInfo<GraphQLResolveInfo>();
    if (TRIES_A_SECRET.has(info.fieldName) && sensitiveFields(info).size > 1) {
      throw BadUserInputError.at(info.fieldName, `comes once in an operation, and without ${others(info.fieldName)}`);
    }
    return true;
  }
}

const others = (fieldName: string): string => [...TRIES_A_SECRET].filter((name) => name !== fieldName).join(', ');

/** The names under which the operation's answer would carry sensitive fields. */
function sensitiveFields({ operation, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const names = new Set<string>();
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (TRIES_A_SECRET.has(selection.name.value)) names.add((selection.alias ?? selection.name).value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments[selection.name.value];
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(operation.selectionSet);
  return names;
}
