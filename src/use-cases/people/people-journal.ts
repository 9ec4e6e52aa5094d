import type { CalendarFeedId, InvitationId, JournalId, TenantId, UserId } from '../../domain/ids';
import type { JournalRow, JournalType } from '../../domain/journal';
import { actorKey, type TenantScope } from '../../domain/scope';
import { newId } from '../../platform/new-id';

/** What changed, by kind and id, and its version after the change. */
type Target =
  | { readonly noun: 'user'; readonly id: UserId; readonly version: number }
  | { readonly noun: 'invitation'; readonly id: InvitationId; readonly version: number }
  | { readonly noun: 'calendarFeed'; readonly id: CalendarFeedId; readonly version: number }
  | { readonly noun: 'organization'; readonly id: TenantId; readonly version: number }
  | { readonly noun: 'identity'; readonly id: string; readonly version: 1 };

/** The row of a change among an organization's people. Of e-mail addresses it says nothing: those stand in one place each. */
export const peopleRow = (
  scope: TenantScope,
  { noun, id, version }: Target,
  row: { readonly type: JournalType; readonly p: JournalRow['p']; readonly at: Date },
): JournalRow => ({
  ...row,
  id: newId<JournalId>(),
  tenantId: scope.tenantId,
  target: `${noun}:${id}`,
  version,
  actor: actorKey(scope.actor),
  requestId: scope.requestId,
});
