import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { Allow, IsOptional, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { MAX_SLUG } from '../domain/slug';

/*
 * What values may look like, one decorator per kind; the validation pipe turns a failure into BAD_USER_INPUT with the
 * field's path. Types, enums and scalars are judged before that, by GraphQL itself.
 */

const CONTROL_OR_LINE_BREAK = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** Anything but blanks and marks without a width. */
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Z}]/u;
const CONTROL_BUT_NEWLINE_AND_TAB = /[^\P{Cc}\n\r\t]/u;
/** Half a surrogate pair: not text, and not storable as UTF-8. */
const LONE_SURROGATE = /\p{Cs}/u;

const rule = (name: string, message: string, holds: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: holds, defaultMessage: () => message } });

const trimmed = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

/** Characters as a person counts them, not UTF-16 units. */
const lengthOf = (text: string): number => [...text].length;

const text = (min: number, max: number, forbidden: RegExp) => (value: unknown) =>
  typeof value === 'string' &&
  value.length <= max * 2 &&
  lengthOf(value) >= min &&
  lengthOf(value) <= max &&
  !forbidden.test(value) &&
  !LONE_SURROGATE.test(value);

/** A name: trimmed, one line, something to see. */
export const Name = (max = 200): PropertyDecorator => {
  const isLine = text(1, max, CONTROL_OR_LINE_BREAK);
  return applyDecorators(
    trimmed,
    rule(
      'name',
      `must have 1 to ${max} visible characters, without line breaks or control characters`,
      (value) => isLine(value) && VISIBLE.test(value as string),
    ),
  );
};

/** As part of an address; as long as one that is made from a name, at most. */
export const Slug = (): PropertyDecorator =>
  rule(
    'slug',
    `must have 1 to ${MAX_SLUG} lower-case letters, digits and single hyphens between them`,
    (value) => typeof value === 'string' && value.length <= MAX_SLUG && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value),
  );

/** Longer text of several lines. */
export const LongText = (max: number): PropertyDecorator =>
  rule(
    'longText',
    `must have at most ${max} characters, without control characters other than line breaks and tabs`,
    text(0, max, CONTROL_BUT_NEWLINE_AND_TAB),
  );

export const WholeNumber = (min: number, max: number): PropertyDecorator =>
  rule(
    'wholeNumber',
    `must be a whole number from ${min} to ${max}`,
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  );

export const Seats = (): PropertyDecorator => applyDecorators(IsOptional(), WholeNumber(1, 1_000));
export const Capacity = (): PropertyDecorator => WholeNumber(0, 1_000_000);
export const MaxSeats = (): PropertyDecorator => WholeNumber(1, 100);
/** As a client got it from an earlier answer; far below the largest number that GraphQL's Int can carry. */
export const Revision = (): PropertyDecorator => WholeNumber(1, 2_000_000_000);
/** Entries of one page; the cost of an operation counts on it. */
export const MAX_PAGE_SIZE = 100;
export const PageSize = (): PropertyDecorator => WholeNumber(1, MAX_PAGE_SIZE);

export const Password = (): PropertyDecorator =>
  rule('password', 'must have 8 to 200 characters', text(8, 200, LONE_SURROGATE));

/** A password somebody claims to have: whether it is right is not a matter of its shape. */
export const ClaimedPassword = (): PropertyDecorator =>
  rule('claimedPassword', 'must have 1 to 200 characters', text(1, 200, LONE_SURROGATE));

/** A secret that this service once gave out: whether it is one is not a matter of its shape. */
export const ClaimedToken = (max = 2_048): PropertyDecorator =>
  rule(
    'claimedToken',
    `must have 1 to ${max} visible ASCII characters`,
    (value) => typeof value === 'string' && value.length <= max && /^[\x21-\x7e]+$/.test(value),
  );

/** The six digits of a mail; blanks around them come with copying. */
export const OneTimeCode = (): PropertyDecorator =>
  applyDecorators(
    trimmed,
    rule('oneTimeCode', 'must have six digits', (value) => typeof value === 'string' && /^[0-9]{6}$/.test(value)),
  );

export const IdempotencyKey = (): PropertyDecorator =>
  applyDecorators(
    IsOptional(),
    rule(
      'idempotencyKey',
      'must have 1 to 128 visible ASCII characters',
      (value) => typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value),
    ),
  );

/** Judged where it is decoded: `decodeCursor`. */
export const AfterCursor = (): PropertyDecorator => IsOptional();

export const AtMost = (count: number): PropertyDecorator =>
  rule('atMost', `must have at most ${count} entries`, (value) => Array.isArray(value) && value.length <= count);

/** May be left out or null; where it is given, the field's other rules hold. */
export const Optional = (): PropertyDecorator => IsOptional();

/** May be left out ("unchanged"), but not be null: there is no event without a name. Nearest to the field: judged first. */
export const Unchanged = (): PropertyDecorator =>
  applyDecorators(
    ValidateIf((_object, value) => value !== undefined),
    rule('notNull', 'may be left out, but not be null', (value) => value !== null),
  );

/** Nothing to add to what GraphQL itself has checked: ids, enums, booleans, scalars. */
export const Checked = (): PropertyDecorator => Allow();

/** An input inside an input. */
export const Nested = (type: () => new () => object): PropertyDecorator =>
  applyDecorators(IsOptional(), ValidateNested(), Type(type));
