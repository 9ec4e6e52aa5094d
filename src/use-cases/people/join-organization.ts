import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import type { Invitation } from '../../domain/invitation';
import type { JournalRow } from '../../domain/journal';
import type { User } from '../../domain/user';
import type { AccountSecrets } from '../../store/account.schema';
import { InvitationRepository } from '../../store/invitation.repository';
import { JournalRepository } from '../../store/journal.repository';
import { type Tx, UnitOfWork } from '../../store/unit-of-work';
import { Members } from './members';
import { NewAccounts } from './new-accounts';
import { peopleRow } from './people-journal';
import { type Session, Sessions, type SessionViewer } from './session';

/** Everything that is known before the transaction in which an invitation is accepted. */
export interface Joining {
  readonly invitation: Invitation;
  /** Who the person is from then on, and as what they are signed in. */
  readonly viewer: SessionViewer;
  /** Of the account that is made; null: there is one. */
  readonly secrets: AccountSecrets | null;
  /** The same user as one who was removed; null: somebody new. */
  readonly before: User | null;
  readonly at: Date;
  /** What else is written, in the same transaction. */
  readonly alongside: ((tx: Tx) => Promise<void>) | undefined;
}

/** Invitation, account, user and session in one transaction: of any number who hold the same token, one joins [J11]. */
@Injectable()
export class JoinOrganization {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly invitations: InvitationRepository,
    private readonly accounts: NewAccounts,
    private readonly members: Members,
    private readonly journal: JournalRepository,
    private readonly sessions: Sessions,
  ) {}

  /** @throws RefusedError INVITATION_INVALID, EMAIL_TAKEN, BUSY; OutcomeUnknownError */
  async execute(joining: Joining): Promise<Session> {
    const { invitation, viewer, secrets, before, at, alongside } = joining;
    const { session, store } = await this.sessions.prepare(viewer);
    await this.unitOfWork.run(viewer.scope, async (tx) => {
      // The first write: whoever comes second conflicts here, and then finds it used.
      const accepted = (await this.members.back(tx, invitation)) && (await this.invitations.accept(tx, invitation, at));
      if (accepted && secrets !== null) await this.accounts.add(tx, { ...viewer.account, memberships: [] }, secrets);
      const admitted = accepted && (await this.members.admit(tx, viewer.user, { before, at }));
      if (!admitted) throw new RefusedError({ code: 'INVITATION_INVALID' });
      await this.journal.add(tx, journalOf(joining));
      await alongside?.(tx);
      await store(tx);
    });
    return session;
  }
}

function journalOf({ invitation, viewer, secrets, before, at }: Joining): JournalRow[] {
  const { scope, user } = viewer;
  const { id, version, role } = invitation;
  const accepted = { userId: user.id, newAccount: secrets !== null };
  const joined = before === null ? { role } : { role, before: { role: before.role, status: before.status } };
  return [
    peopleRow(
      scope,
      { noun: 'invitation', id, version: version + 1 },
      { type: 'INVITATION_ACCEPTED', p: accepted, at },
    ),
    peopleRow(scope, { noun: 'user', ...user }, { type: 'USER_JOINED', p: joined, at }),
  ];
}
