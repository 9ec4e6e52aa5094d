import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { deliveryId, type DeliveryKind } from '../../domain/delivery';
import { BadUserInputError } from '../../domain/errors';
import type { JournalRow } from '../../domain/journal';
import { emailKey } from '../../platform/email-key';
import { SecretBox } from '../../platform/secret-box';
import { DeliveryRepository } from '../../store/delivery.repository';
import type { Tx } from '../../store/unit-of-work';

export interface OutgoingMail {
  /** The row of the change that the mail tells of; written by the caller, with `due`, of one of `MAILED_TYPES`. */
  readonly row: JournalRow;
  readonly to: string;
  readonly kind: DeliveryKind;
  /** What only the receiver may know: the code, the token. Stands nowhere else. */
  readonly secret: string;
  /** When the secret is of no more use. */
  readonly expiresAt: Date;
}

/** Where mails begin: part of the transaction of what they tell of, so that none is sent of what did not happen [K1]. */
@Injectable()
export class MailOutbox {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly box: SecretBox,
  ) {}

  /** Takes back the mails of a row that was revoked. Those of one that was used go out all the same: they do no harm. */
  async withdraw(tx: Tx, { id }: Pick<JournalRow, 'id'>, at: Date): Promise<void> {
    await this.deliveries.withdraw(tx, id, at);
  }

  /**
   * The mail goes to the normalised address: the one that accounts and invitations are compared by. As typed it may be
   * another mailbox than the one whose owner is let in (full-width letters, a long s).
   */
  async add(tx: Tx, { row, to, kind, secret, expiresAt }: OutgoingMail): Promise<void> {
    if (row.due === undefined) throw new Error('a mail waits for a due row of the journal');
    const key = emailKey(to);
    if (key === null) throw BadUserInputError.at('input.email', 'is not an e-mail address');
    const receiver = createHash('sha256').update(key).digest('base64url').slice(0, 22);
    const id = deliveryId(row.id, 'mail', receiver);
    await this.deliveries.add(tx, [
      {
        ...{ id, tenantId: tx.tenantId, journalId: row.id, kind, to: key, expiresAt, createdAt: row.at },
        secret: this.box.seal(secret, id),
      },
    ]);
  }
}
