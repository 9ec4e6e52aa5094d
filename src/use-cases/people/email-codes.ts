import { Injectable } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { EMAIL_CODE_MS, withNewCode, withTry } from '../../domain/email-code';
import { RateLimitedError, UnauthenticatedError } from '../../domain/errors';
import type { AccountId, JournalId } from '../../domain/ids';
import type { JournalRow } from '../../domain/journal';
import { actorKey } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { newId } from '../../platform/new-id';
import { SecretBox } from '../../platform/secret-box';
import { AccountRepository } from '../../store/account.repository';
import { JournalRepository } from '../../store/journal.repository';
import type { Tx } from '../../store/unit-of-work';
import { MailOutbox } from '../delivery/mail-outbox';

/** Six digits, all values equally likely. */
const newCode = (): string => randomInt(1_000_000).toString().padStart(6, '0');

/** Six digits are soon guessed from a plain hash: this one takes the service's key, and fits one account alone. */
const contextOf = (id: AccountId): string => `email-code|${id}`;

/**
 * One-time codes that show that an address is its account's own [T14, J10]. Accounts are global, the journal is not: the
 * rows stand in the organization that the person acts in.
 */
@Injectable()
export class EmailCodes {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly journal: JournalRepository,
    private readonly outbox: MailOutbox,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /**
   * Mails a new code, which takes the place of the one before; nothing where the address is verified already. Part of
   * somebody's transaction, after the account was written.
   *
   * @throws RateLimitedError after five within an hour; UnauthenticatedError without such an account
   */
  async send(tx: Tx, id: AccountId): Promise<void> {
    const { emailKey, check } = await this.find(tx, id);
    if (check.verifiedAt !== null) return;
    const now = this.clock.now();
    const code = newCode();
    const next = withNewCode(check, { hash: this.box.hash(code, contextOf(id)), now });
    if ('wait' in next) throw new RateLimitedError(next.wait);
    await this.accounts.saveEmailCheck(tx, id, next.check);
    const row = { ...rowOf(tx, id, { type: 'EMAIL_CODE_REQUESTED', version: next.check.version, at: now }), due: now };
    await this.journal.add(tx, [row]);
    const expiresAt = new Date(now.getTime() + EMAIL_CODE_MS);
    await this.outbox.add(tx, { row, to: emailKey, kind: 'EMAIL_CODE', secret: code, expiresAt });
  }

  /**
   * Tries a code. False: it is not the one, which was counted, if there was one to try. The transaction has to commit
   * either way: a try that is rolled back would be free.
   */
  async try(tx: Tx, id: AccountId, code: string): Promise<boolean> {
    const { check } = await this.find(tx, id);
    const now = this.clock.now();
    const fits = (hash: string): boolean => this.box.isHash(hash, code, contextOf(id));
    const next = withTry(check, { fits, now });
    if (next === null) return false;
    await this.accounts.saveEmailCheck(tx, id, next);
    if (next.verifiedAt === null) return false;
    await this.journal.add(tx, [rowOf(tx, id, { type: 'EMAIL_VERIFIED', version: next.version, at: now })]);
    return true;
  }

  /** What an idempotency key remembers in place of the code. */
  fingerprint(id: AccountId, code: string): string {
    return this.box.hash(code, contextOf(id));
  }

  private async find(tx: Tx, id: AccountId) {
    const found = await this.accounts.findEmailCheck(tx, id);
    if (found === null) throw new UnauthenticatedError();
    return found;
  }
}

const rowOf = (
  { tenantId, scope }: Tx,
  id: AccountId,
  row: Pick<JournalRow, 'type' | 'version' | 'at'>,
): JournalRow => ({
  ...row,
  id: newId<JournalId>(),
  tenantId,
  target: `email:${id}`,
  actor: actorKey(scope.actor),
  requestId: scope.requestId,
  p: {},
});
