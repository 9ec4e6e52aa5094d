import type { TenantId } from '../domain/ids';

/** A family of things that are cached alike. */
export interface CacheNoun {
  /** `events`, `reports`; what is stored in a collection is named after it. */
  readonly noun: string;
  /** Grows when the stored form changes its meaning: processes of two releases share one Redis. */
  readonly schema: number;
}

const SAFE = /^[\w.-]{1,128}$/;

/**
 * The only maker of keys: `t:<tenantId>:<noun>:<id>:v<schema>`. The tenant is the scope's, so that no key can be asked
 * for across organizations [T4].
 */
export function cacheKey(
  { tenantId }: { readonly tenantId: TenantId },
  { noun, schema }: CacheNoun,
  id: string,
): string {
  if (!SAFE.test(id)) throw new Error('an id that cannot be part of a key');
  return `t:${tenantId}:${noun}:${id}:v${schema}`;
}

/** Where the generation of a tenant's things of one noun is kept; shared by every schema. */
export const generationKey = (scope: { readonly tenantId: TenantId }, noun: string): string =>
  cacheKey(scope, { noun: 'generation', schema: 1 }, noun);
