import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { GqlContextType } from '@nestjs/graphql';
import { ForbiddenError, UnauthenticatedError } from '../domain/errors';
import { allows, OUTSIDE_ORGANIZATION, type Permission } from '../domain/permissions';
import type { ViewerScope } from '../domain/scope';
import { Authenticator, type Identified, openScope } from '../use-cases/people/authenticate';
import { contextOf, type GraphqlContext } from './graphql-context';

export const ACCESS = 'happening:access';
export type Access = Permission | 'public';

/** Who may call this operation: a line of the table in `domain/permissions.ts`. */
export const Requires = (permission: Permission): MethodDecorator => SetMetadata(ACCESS, permission satisfies Access);

/** Anybody may call this operation, signed in or not. */
export const Public = (): MethodDecorator => SetMetadata(ACCESS, 'public' satisfies Access);

const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/**
 * Guards every GraphQL operation, default deny: one that carries neither `@Requires` nor `@Public` is open to nobody
 * [T16]. What a field may show beyond that is asked where the field is resolved.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Plain HTTP routes (health) carry nothing of a tenant.
    if (context.getType<GqlContextType>() !== 'graphql') return true;
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    if (access === 'public') return true;
    if (access === undefined) throw new ForbiddenError('This operation is open to nobody.');
    const gql = contextOf(context);
    const scope = OUTSIDE_ORGANIZATION.has(access) ? await this.anywhere(gql) : await this.viewer(gql);
    if (scope === null) throw new UnauthenticatedError();
    gql.scope = scope;
    if (!allows(scope.actor.role, access)) throw new ForbiddenError();
    return true;
  }

  /** Whoever asks, also of an archived organization. */
  private async anywhere(gql: GraphqlContext): Promise<ViewerScope | null> {
    return (await this.identified(gql))?.scope ?? null;
  }

  /** Apart from the above, though of the same scope: what one operation may do there tells nothing of the next. */
  private viewer(gql: GraphqlContext): Promise<ViewerScope | null> {
    return (gql.viewer ??= this.identified(gql).then(openScope));
  }

  private identified(gql: GraphqlContext): Promise<Identified | null> {
    return (gql.identified ??= this.authenticator.identify(bearerOf(gql.req.headers.authorization), gql.requestId));
  }
}

/** undefined: the request carries no credentials. Anything that is not a bearer token is a bad one. */
function bearerOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new UnauthenticatedError();
  return token;
}
