import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { BadUserInputError, type FieldFault } from '../domain/errors';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** GraphQL hands over plain values; classes of ours are the input types and the argument lists. */
const BUILT_IN: readonly unknown[] = [String, Number, Boolean, Array, Object, Date];

/**
 * Judges every argument by the rules on its input class, and says what is wrong where: a path from the operation's
 * arguments (`input.recurrence.rule.pattern`), one message for each field.
 */
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { metatype, type, data }: ArgumentMetadata): Promise<unknown> {
    if (type === 'custom' || !metatype || BUILT_IN.includes(metatype) || !isObject(value)) return value;
    const input = plainToInstance(metatype as new () => object, value);
    const errors = await validate(input, { stopAtFirstError: true, validationError: { target: false, value: false } });
    if (errors.length > 0) throw new BadUserInputError(errors.flatMap((error) => faults(error, data)));
    return input;
  }
}

function faults({ property, constraints, children }: ValidationError, parent?: string): FieldFault[] {
  const path = parent === undefined ? property : `${parent}.${property}`;
  const own = Object.values(constraints ?? {}).map((message) => ({ path, message }));
  return [...own, ...(children ?? []).flatMap((child) => faults(child, path))];
}
