import { z } from 'zod';
import { CONFLICT_POLICIES, EVENT_CATEGORIES, EVENT_STATUSES, type Event } from '../domain/event';
import { ORGANIZATION_STATUSES, type Organization } from '../domain/organization';
import type { Cacheable } from '../platform/cache';
import { eventCollection } from './event.schema';
import { organizationCollection } from './organization.schema';

/** How long Redis keeps metadata: what a value can be too old by where Redis itself missed a change, milliseconds. */
const METADATA_MS = 60_000;

const id = <Id extends string>() => z.string().regex(/^[\da-f]{24}$/) as unknown as z.ZodType<Id>;
const instant = z.iso.datetime().transform((text) => new Date(text));
const whole = z.int().min(0);

/* Strict, and typed by what they stand for: a value of another release, with a field more or less, is a miss. */

const cachedEvent: z.ZodType<Event> = z.strictObject({
  id: id<Event['id']>(),
  tenantId: id<Event['tenantId']>(),
  name: z.string(),
  description: z.string().nullable(),
  category: z.enum(EVENT_CATEGORIES),
  status: z.enum(EVENT_STATUSES),
  timezone: z.string(),
  startsAtLocal: z.string(),
  duration: z.string(),
  recurrence: z
    .strictObject({ rrule: z.string(), exdates: z.array(z.string()), rdates: z.array(z.string()) })
    .nullable(),
  capacity: whole.nullable(),
  maxSeatsPerRegistration: whole,
  conflictPolicy: z.enum(CONFLICT_POLICIES),
  epoch: whole,
  horizonAt: instant.nullable(),
  revision: whole,
  editing: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});

const cachedOrganization: z.ZodType<Organization> = z.strictObject({
  id: id<Organization['id']>(),
  name: z.string(),
  slug: z.string(),
  timezone: z.string(),
  status: z.enum(ORGANIZATION_STATUSES),
  ownerAccountId: id<Organization['ownerAccountId']>(),
  version: whole,
  createdAt: instant,
});

export const cacheableEvent: Cacheable<Event> = {
  noun: eventCollection.name,
  schema: 1,
  sharedMs: METADATA_MS,
  decode: (stored, of) => {
    const { data } = cachedEvent.safeParse(stored);
    return data?.id === of.id && data.tenantId === of.tenantId ? data : null;
  },
};

export const cacheableOrganization: Cacheable<Organization> = {
  noun: organizationCollection.name,
  schema: 1,
  sharedMs: METADATA_MS,
  decode: (stored, of) => {
    const { data } = cachedOrganization.safeParse(stored);
    return data?.id === of.id && data.id === of.tenantId ? data : null;
  },
};

/** The collections whose changes end what is cached: nouns are named after them. */
export const CACHED_COLLECTIONS: ReadonlySet<string> = new Set([cacheableEvent.noun, cacheableOrganization.noun]);
