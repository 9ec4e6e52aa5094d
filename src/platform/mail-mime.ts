import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import { emailKey } from './email-key';
import { MailFailedError, type MailMessage, type MailSender } from './mail-transport';

/** Nothing that could be in a header may end one and begin another [N7]. */
const asLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

/**
 * What the mail library makes a message of. Envelope and headers are ours alone, the address has passed the one test of
 * addresses, and no part of a message is ever read from a file or fetched.
 *
 * @throws MailFailedError for what is no address
 */
export function toMime({ id, to, subject, text }: MailMessage, from: MailSender): SendMailOptions {
  if (emailKey(to) === null) throw new MailFailedError('not an address', true);
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    from: { name: asLine(from.name), address: from.address },
    to: { name: '', address: to },
    subject: asLine(subject),
    text,
    messageId: `<${createHash('sha256').update(id).digest('hex').slice(0, 32)}@${domain}>`,
    // RFC 3834: nobody's holiday responder should answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
