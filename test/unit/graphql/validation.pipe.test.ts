import { Type } from '@nestjs/common';
import { BadUserInputError, type FieldFault } from '../../../src/domain/errors';
import { CreateEventInput, UpdateEventInput } from '../../../src/graphql/event.inputs';
import { EventsArgs } from '../../../src/graphql/event.types';
import { OccurrencesArgs } from '../../../src/graphql/occurrence.types';
import { SignUpInput } from '../../../src/graphql/session.types';
import { ValidationPipe } from '../../../src/graphql/validation.pipe';

const pipe = new ValidationPipe();

async function faults(metatype: Type, value: object, data: string | null = 'input'): Promise<readonly FieldFault[]> {
  const judged = pipe.transform(value, { type: 'body', metatype, data: data ?? undefined });
  return judged.then(
    () => [],
    (error: BadUserInputError) => error.fields,
  );
}
const pathsOf = async (metatype: Type, value: object, data?: string | null) =>
  (await faults(metatype, value, data)).map(({ path }) => path);

const event = { name: 'Yoga', timezone: 'UTC', startsAtLocal: '2027-03-01T10:00:00', duration: 'PT1H' };

describe('what is judged before an operation begins', () => {
  it('accepts an ordinary event and trims its name', async () => {
    const input = await pipe.transform(
      { ...event, name: '  Yoga ' },
      { type: 'body', metatype: CreateEventInput, data: 'input' },
    );
    expect(input).toBeInstanceOf(CreateEventInput);
    expect(input).toEqual(expect.objectContaining({ ...event, name: 'Yoga' }));
  });

  it.each([
    ['an empty name', { name: '   ' }, 'input.name'],
    ['a name of 201 characters', { name: 'x'.repeat(201) }, 'input.name'],
    ['a name of two lines', { name: 'a\nb' }, 'input.name'],
    ['a name of two lines in Unicode', { name: 'a\u2028b' }, 'input.name'],
    ['a name that nobody can see', { name: '\u200b\u2060' }, 'input.name'],
    ['a name with a null character', { name: 'a\u0000b' }, 'input.name'],
    ['half an emoji', { name: 'a\ud83d' }, 'input.name'],
    ['a description of 5,001 characters', { description: 'x'.repeat(5_001) }, 'input.description'],
    ['an escape character in a description', { description: 'a\u001b[31m' }, 'input.description'],
    ['a negative capacity', { capacity: -1 }, 'input.capacity'],
    ['a capacity beyond a million', { capacity: 1_000_001 }, 'input.capacity'],
    ['no seats at all', { maxSeatsPerRegistration: 0 }, 'input.maxSeatsPerRegistration'],
    ['101 seats for one person', { maxSeatsPerRegistration: 101 }, 'input.maxSeatsPerRegistration'],
    ['a key with a blank', { idempotencyKey: 'a b' }, 'input.idempotencyKey'],
    ['an empty key', { idempotencyKey: '' }, 'input.idempotencyKey'],
    ['a key of 129 characters', { idempotencyKey: 'x'.repeat(129) }, 'input.idempotencyKey'],
  ])('refuses %s and names the field', async (_what, wrong, path) => {
    expect(await pathsOf(CreateEventInput, { ...event, ...wrong })).toEqual([path]);
  });

  it.each([
    ['a name of a family of four', { name: '👨‍👩‍👧‍👦' }],
    ['a name of 200 emoji', { name: '🎉'.repeat(200) }],
    ['a description of several lines', { description: 'a\r\n\tb' }],
    ['a capacity of null, 0 and a million', { capacity: 0 }],
    ['no capacity', { capacity: null }],
    ['every key that can be typed', { idempotencyKey: '!~aZ09-_.' }],
  ])('accepts %s', async (_what, right) => {
    expect(await faults(CreateEventInput, { ...event, ...right })).toEqual([]);
  });

  it('names every field at fault, one message each', async () => {
    const wrong = {
      email: 'a@example.org',
      password: 'short',
      name: '',
      organizationName: 'x'.repeat(300),
      timezone: 'UTC',
    };
    expect(await pathsOf(SignUpInput, wrong)).toEqual(['input.password', 'input.name', 'input.organizationName']);
  });

  it('lets an edit leave a field out, but not clear what an event cannot be without', async () => {
    const edit = { eventId: 'x', expectedRevision: 1 };
    expect(await faults(UpdateEventInput, edit)).toEqual([]);
    expect(await faults(UpdateEventInput, { ...edit, capacity: null, description: null, recurrence: null })).toEqual(
      [],
    );
    const cleared = { ...edit, name: null, category: null, timezone: null, startsAtLocal: null, duration: null };
    const found = await faults(UpdateEventInput, { ...cleared, maxSeatsPerRegistration: null, conflictPolicy: null });
    const fields = [
      'name',
      'category',
      'timezone',
      'startsAtLocal',
      'duration',
      'maxSeatsPerRegistration',
      'conflictPolicy',
    ];
    expect(found.map(({ path }) => path)).toEqual(fields.map((field) => `input.${field}`));
    expect(new Set(found.map(({ message }) => message))).toEqual(new Set(['may be left out, but not be null']));
  });

  it.each([0, -1, 101, 2_147_483_647, 1.5])('refuses a page of %p entries', async (first) => {
    expect(await pathsOf(EventsArgs, { first }, null)).toEqual(['first']);
  });

  it('looks into inputs inside of inputs', async () => {
    const args = { first: 50, range: { next: { days: 367, timezone: 'UTC' } } };
    expect(await pathsOf(OccurrencesArgs, args, null)).toEqual(['range.next.days']);
    expect(await pathsOf(EventsArgs, { first: 20, filter: { nameContains: 'a\u0007' } }, null)).toEqual([
      'filter.nameContains',
    ]);
  });

  it('leaves plain arguments and what our own decorators bring as they are', async () => {
    const scope = { tenantId: 'x' };
    expect(await pipe.transform('id', { type: 'body', metatype: String, data: 'id' })).toBe('id');
    expect(await pipe.transform(scope, { type: 'custom', metatype: Object })).toBe(scope);
  });
});
