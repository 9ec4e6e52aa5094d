import { Injectable } from '@nestjs/common';
import type { Invitation } from '../../domain/invitation';
import { InvitationRepository } from '../../store/invitation.repository';
import { JournalRepository } from '../../store/journal.repository';
import type { Tx } from '../../store/unit-of-work';
import { MailOutbox } from '../delivery/mail-outbox';
import { peopleRow } from './people-journal';

/** How an invitation is opened and taken back, with its row of the journal and its mail, in somebody's transaction. */
@Injectable()
export class OpenInvitations {
  constructor(
    private readonly invitations: InvitationRepository,
    private readonly journal: JournalRepository,
    private readonly outbox: MailOutbox,
  ) {}

  /** @param token shown once, and mailed; `hash` recognises it */
  async add(tx: Tx, made: Invitation, { token, hash }: { token: string; hash: string }): Promise<void> {
    await this.invitations.add(tx, made, hash);
    const { role, email: to, expiresAt, createdAt: at } = made;
    const told = { type: 'USER_INVITED', p: { role, expiresAt }, at } as const;
    const row = { ...peopleRow(tx.scope, { noun: 'invitation', ...made }, told), due: at };
    await this.journal.add(tx, [row]);
    await this.outbox.add(tx, { row, to, kind: 'INVITATION', secret: token, expiresAt });
  }

  /** Its mail, if it still waits, is not sent any more. Does nothing where it was accepted or revoked before. */
  async revoke(tx: Tx, { id, version, status }: Invitation, { at, replacedBy }: Revocation): Promise<void> {
    if (!(await this.invitations.revoke(tx, { id }))) return;
    const p = { status: 'REVOKED', ...(replacedBy ? { replacedBy } : {}), before: { status } };
    const target = { noun: 'invitation', id, version: version + 1 } as const;
    await this.journal.add(tx, [peopleRow(tx.scope, target, { type: 'INVITATION_REVOKED', p, at })]);
    const told = await this.journal.findLast(tx, `invitation:${id}`, 'USER_INVITED');
    if (told !== null) await this.outbox.withdraw(tx, told, at);
  }
}

interface Revocation {
  readonly at: Date;
  /** The invitation of the same address that takes its place. */
  readonly replacedBy?: Invitation['id'];
}
