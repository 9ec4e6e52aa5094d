import type { JournalId } from '../../domain/ids';
import type { JournalRow, JournalType } from '../../domain/journal';
import type { Organization } from '../../domain/organization';
import { actorKey, type TenantScope } from '../../domain/scope';
import { newId } from '../../platform/new-id';

/** The row of a mutation on the organization of the scope, which was at `version` before it. */
export const organizationRow = (
  { tenantId, actor, requestId }: TenantScope,
  { version }: Pick<Organization, 'version'>,
  row: { readonly type: JournalType; readonly p: JournalRow['p']; readonly at: Date },
): JournalRow => ({
  ...row,
  id: newId<JournalId>(),
  tenantId,
  target: `organization:${tenantId}`,
  version: version + 1,
  actor: actorKey(actor),
  requestId,
});
