import type { DeliveryKind } from '../../domain/delivery';

export interface MailFacts {
  /** The code or the token. */
  readonly secret: string;
  readonly organization: string;
  readonly expiresAt: Date;
}

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/**
 * What a mail says: plain text, so that there is no markup to inject [N8], and subjects of our own words alone, so that
 * nobody writes to strangers through us.
 */
export function mailText(kind: DeliveryKind, { secret, organization, expiresAt }: MailFacts): MailText {
  const until = `${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  switch (kind) {
    case 'EMAIL_CODE':
      return {
        subject: 'Confirm your e-mail address',
        text: lines(
          'Hello,',
          `this code confirms that this address is yours. It works once, until ${until}:`,
          secret,
          'If you did not ask for it, do nothing. Nobody but our own page will ever ask you for it.',
        ),
      };
    case 'INVITATION':
      return {
        subject: 'You are invited to an organization',
        text: lines(
          'Hello,',
          `you are invited to join this organization on Happening: ${quoted(organization)}`,
          `Accept with this token. It works once, until ${until}:`,
          secret,
          'If you do not know who invites you, do nothing.',
        ),
      };
  }
}

const lines = (...paragraphs: string[]): string => `${paragraphs.join('\n\n')}\n`;

/** Somebody's words, on one line, in the direction of ours, and without a link that a reader would be offered to open. */
const quoted = (words: string): string =>
  `“${words
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replaceAll('://', ': //')}”`;
