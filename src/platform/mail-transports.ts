import type { Logger } from './logger';
import { FolderMailTransport } from './mail-folder';
import type { MailSettings } from './mail-settings';
import { SmtpMailTransport } from './mail-smtp';
import type { MailTransport } from './mail-transport';

const SILENCE_MS = 10_000;

/** What carries mails, as the environment says. */
export const mailTransportFor = ({ from, to }: MailSettings, logger: Logger): MailTransport =>
  typeof to === 'string'
    ? new FolderMailTransport(to, from, logger)
    : new SmtpMailTransport({ from, server: to, silenceMs: SILENCE_MS });
