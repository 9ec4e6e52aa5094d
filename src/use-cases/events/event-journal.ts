import type { Event } from '../../domain/event';
import type { JournalId } from '../../domain/ids';
import type { JournalRow, JournalType } from '../../domain/journal';
import { actorKey, type TenantScope } from '../../domain/scope';
import { newId } from '../../platform/new-id';

/** The row of a mutation on an event; its version is the event's revision after it. */
export const eventRow = (
  scope: TenantScope,
  { id, revision }: Pick<Event, 'id' | 'revision'>,
  row: { readonly type: JournalType; readonly p: JournalRow['p']; readonly at: Date },
): JournalRow => ({
  ...row,
  id: newId<JournalId>(),
  tenantId: scope.tenantId,
  target: `event:${id}`,
  version: revision,
  actor: actorKey(scope.actor),
  requestId: scope.requestId,
});
