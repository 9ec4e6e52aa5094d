import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { Mutation as NestMutation, type MutationOptions, type ReturnTypeFunc } from '@nestjs/graphql';
import { RefusalsAsData } from './as-data';
import { FreshReads } from './loaders';

/**
 * A mutation: what it refuses is data, and what its request reads after it is read anew. Not for every operation: an
 * interceptor takes a query some per cent of its time, and has nothing to do there.
 */
export const Mutation = (type: ReturnTypeFunc, options: MutationOptions): MethodDecorator =>
  applyDecorators(NestMutation(type, options), UseInterceptors(FreshReads, RefusalsAsData));
