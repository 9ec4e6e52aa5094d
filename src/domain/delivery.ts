import type { JournalId, TenantId } from './ids';

/** What a mail is about; each has a text of its own. */
export const DELIVERY_KINDS = ['EMAIL_CODE', 'INVITATION'] as const;
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

/**
 * One message to one receiver over one channel, on behalf of one journal row: what an outbox row with several receivers
 * is expanded into (`booking-engine.md` §5.2). Written in the effect's transaction; it waits until its row is worked on.
 */
export interface Delivery {
  /** `<journal id>|<channel>|<receiver>`: the same receiver is not told of the same thing twice. */
  readonly id: string;
  readonly tenantId: TenantId;
  readonly journalId: JournalId;
  readonly kind: DeliveryKind;
  /** The normalised address. */
  readonly to: string;
  /** Sealed; null once the delivery has ended, in whatever way. */
  readonly secret: string | null;
  /** When what it carries is of no more use: it is not sent after that. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

export const deliveryId = (journalId: JournalId, channel: 'mail', receiver: string): string =>
  `${journalId}|${channel}|${receiver}`;

/** How long what became of a delivery can be looked up, milliseconds. */
export const DELIVERY_KEPT_MS = 30 * 24 * 3_600_000;
