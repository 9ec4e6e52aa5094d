import { createHash, randomBytes } from 'node:crypto';
import type { TenantId } from '../domain/ids';

/** A secret that stands for something in one organization: a session to be refreshed, an invitation. */
export interface TenantToken {
  /** `<organization id>.<256 random bits>`: found under its own tenant. Shown once, never stored. */
  readonly token: string;
  readonly hash: string;
}

const SHAPE = /^([0-9a-f]{24})\.[\w-]{43}$/;

export function newTenantToken(tenantId: TenantId): TenantToken {
  const token = `${tenantId}.${randomBytes(32).toString('base64url')}`;
  return { token, hash: tenantTokenHash(token) };
}

/** What is stored. A fast hash is enough: there is nothing to guess in 256 random bits. */
export const tenantTokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Where to look for the token's hash; null: not a token of this kind. */
export const tenantOfToken = (token: string): TenantId | null =>
  (SHAPE.exec(token)?.[1] as TenantId | undefined) ?? null;
