import { ForbiddenError } from './errors';
import type { AccountId, TenantId } from './ids';

export const ORGANIZATION_STATUSES = ['ACTIVE', 'ARCHIVED'] as const;
export type OrganizationStatus = (typeof ORGANIZATION_STATUSES)[number];

/** The customer that owns data; its id is the `tenantId` of everything it owns. */
export interface Organization {
  readonly id: TenantId;
  readonly name: string;
  /** Unique, for addresses: lower-case letters, digits and hyphens. */
  readonly slug: string;
  readonly timezone: string;
  readonly status: OrganizationStatus;
  readonly ownerAccountId: AccountId;
  readonly version: number;
  readonly createdAt: Date;
}

/**
 * Nothing is done in an archived organization, and nothing in it is cancelled.
 *
 * @throws ForbiddenError
 */
export function requireOpen({ status }: Pick<Organization, 'status'>): void {
  if (status === 'ARCHIVED') throw new ForbiddenError('This organization is archived.');
}
