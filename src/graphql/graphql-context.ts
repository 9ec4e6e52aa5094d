import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Request } from 'express';
import { UnauthenticatedError } from '../domain/errors';
import type { ViewerScope } from '../domain/scope';
import { requestIdOf } from '../platform/request-id';
import type { Identified } from '../use-cases/people/authenticate';

/** What graphql-js hands to every resolver of one request. */
export interface GraphqlContext {
  readonly req: Request;
  readonly requestId: string;
  /** Whose token it is; asked once for a request, by the guard, so that all of its loaders hang on one scope. */
  identified?: Promise<Identified | null>;
  /** The same, as far as their organization is open. */
  viewer?: Promise<ViewerScope | null>;
  /** The same, once it is known. */
  scope?: ViewerScope;
  /** What the operation costs, in values of its answer; once it is known to be affordable. */
  cost?: number;
  /** The person's and the organization's budgets have been asked; rejects where one is used up. */
  paid?: Promise<void>;
}

export const newGraphqlContext = ({ req }: { req: Request }): GraphqlContext => ({
  req,
  requestId: requestIdOf(req),
});

/** What a log line says about the request that it belongs to. */
export interface RequestFacts {
  readonly requestId: string;
  /** Known once the request is authenticated. */
  readonly tenantId?: string;
  readonly userId?: string;
}

export const factsOf = ({ requestId, scope }: GraphqlContext): RequestFacts => ({
  requestId,
  ...(scope && { tenantId: scope.tenantId, userId: scope.actor.userId }),
});

export const contextOf = (context: ExecutionContext): GraphqlContext =>
  GqlExecutionContext.create(context).getContext<GraphqlContext>();

/** The scope of the request: who asks, in which organization. Fields below a public operation have none. */
export const CurrentScope = createParamDecorator((_data: unknown, context: ExecutionContext): ViewerScope => {
  const { scope } = contextOf(context);
  if (scope === undefined) throw new UnauthenticatedError();
  return scope;
});

/** For operations that begin without one: sign-up and log-in. */
export const RequestId = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  return contextOf(context).requestId;
});
