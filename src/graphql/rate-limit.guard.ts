import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext, type GqlContextType } from '@nestjs/graphql';
import { type GraphQLResolveInfo, OperationTypeNode } from 'graphql';
import type { ViewerScope } from '../domain/scope';
import { RateLimits } from '../platform/rate-limits';
import { ACCESS, type Access } from './auth.guard';
import { contextOf, type GraphqlContext } from './graphql-context';
import { clientOf } from './client';
import { payersOf, pointsOf } from './price';
import { SENSITIVE_MUTATIONS } from './sensitive-mutations';

/**
 * The budgets that need to know who asks; after `AuthGuard`. A whole operation is paid once, by the person and by the
 * organization [T12]: a dear one costs more. A sensitive field, and so every mutation for strangers, is paid at each of
 * its executions: aliases do not make it cheaper [G13].
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType<GqlContextType>() !== 'graphql') return true;
    const gql = contextOf(context);
    const { fieldName, operation } = GqlExecutionContext.create(context).getInfo<GraphQLResolveInfo>();
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    const isForStrangers = access === 'public' && operation.operation === OperationTypeNode.MUTATION;
    if (isForStrangers || SENSITIVE_MUTATIONS.has(fieldName)) {
      await this.limits.take('sensitive', `${fieldName}:${clientOf(gql)}`);
    }
    const { scope } = gql;
    // A field for everybody in front of the others knows nobody to pay: it must not count as the payment.
    if (scope !== undefined) await (gql.paid ??= this.payFor(scope, gql));
    return true;
  }

  private async payFor(scope: ViewerScope, { cost = 0 }: GraphqlContext): Promise<void> {
    for (const [name, key] of payersOf(scope)) await this.limits.take(name, key, pointsOf(cost));
  }
}
