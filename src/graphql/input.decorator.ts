import { Args, ID } from '@nestjs/graphql';

/** A mutation's one argument. */
export const Input = (): ParameterDecorator =>
  Args('input', { description: 'Everything that the operation needs to know.' });

/** The argument `id` of a query. */
export const Id = (description: string): ParameterDecorator => Args('id', { type: () => ID, description });
