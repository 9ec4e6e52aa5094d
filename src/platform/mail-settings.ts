import { join, resolve } from 'node:path';
import { z } from 'zod';
import { emailKey } from './email-key';
import { parsed } from './env-fields';
import type { MailSender } from './mail-transport';

/** Where mails are handed over, from `SMTP_URL`. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `implicit`: from the first byte; `starttls`: before anything is said, or not at all; `off`: never. */
  readonly tls: 'implicit' | 'starttls' | 'off';
  readonly login: { readonly user: string; readonly pass: string } | null;
}

export interface MailSettings {
  readonly from: MailSender;
  /** A server, or an absolute path of the folder that mails are written into. */
  readonly to: SmtpServer | string;
}

/** Says what is wrong, and never repeats the text: it holds a password. */
export class BadMailSettingError extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'BadMailSettingError';
  }
}

const PORTS = { 'smtps:': 465, 'smtp:': 587 };
const FORM = 'must be smtp://[user:password@]host[:587] (STARTTLS is required) or smtps://…[:465]';

/**
 * Certificates are always checked (another authority: `NODE_EXTRA_CA_CERTS`). `smtp://…?tls=off` is for a relay on the
 * same machine or network, and takes no password: one is never sent in the clear.
 *
 * @throws BadMailSettingError
 */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'smtp:' && url?.protocol !== 'smtps:') throw new BadMailSettingError(FORM);
  const off = url.search === '?tls=off' && url.protocol === 'smtp:';
  if (url.hostname === '' || !['', '/'].includes(url.pathname) || url.hash !== '' || (url.search !== '' && !off)) {
    throw new BadMailSettingError(FORM);
  }
  if (off && url.username !== '') throw new BadMailSettingError('must not send a password without TLS');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? PORTS[url.protocol] : Number(url.port),
    tls: off ? 'off' : url.protocol === 'smtps:' ? 'implicit' : 'starttls',
    login: url.username === '' ? null : { user: decoded(url.username), pass: decoded(url.password) },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BadMailSettingError('must have its user and password percent-encoded');
  }
}

/** @throws BadMailSettingError */
export function parseSender(text: string): MailSender {
  const named = /^([^<>"\p{Cc}]*)<([^<>]+)>$/u.exec(text.trim());
  const [name, address] = named ? [(named[1] ?? '').trim(), named[2] ?? ''] : ['', text.trim()];
  if (emailKey(address) === null) throw new BadMailSettingError('must be an address, or Name <address>');
  return { name, address };
}

/** The keys of the environment that mails depend on. */
export const mailShape = {
  SMTP_URL: parsed(parseSmtpUrl, BadMailSettingError).optional(),
  MAIL_DIR: z.string().optional(),
  MAIL_FROM: parsed(parseSender, BadMailSettingError).optional(),
};

interface MailValues {
  readonly SMTP_URL?: SmtpServer | undefined;
  readonly MAIL_DIR?: string | undefined;
  readonly MAIL_FROM?: MailSender | undefined;
}

export const namesItsSender = ({ SMTP_URL, MAIL_FROM }: MailValues): boolean =>
  SMTP_URL === undefined || MAIL_FROM !== undefined;
export const SENDER_IS_MISSING = { path: ['MAIL_FROM'], message: 'is required with SMTP_URL' };

export const sendsOneWay = ({ SMTP_URL, MAIL_DIR }: MailValues): boolean =>
  SMTP_URL === undefined || MAIL_DIR === undefined;
export const SENDS_TWO_WAYS = { path: ['MAIL_DIR'], message: 'must not be set together with SMTP_URL' };

/** In production nobody looks into a folder that was not named. */
export const sendsSomewhere = ({ SMTP_URL, MAIL_DIR }: MailValues): boolean =>
  SMTP_URL !== undefined || MAIL_DIR !== undefined;
export const SENDS_NOWHERE = { path: ['SMTP_URL'], message: 'or MAIL_DIR is required in production' };

/** RFC 2606: a domain that nobody has. */
const NOBODY: MailSender = { name: 'Happening', address: 'no-reply@happening.example' };

export const mailSettingsOf = ({ SMTP_URL, MAIL_DIR, MAIL_FROM }: MailValues, dataDir: string): MailSettings => ({
  from: MAIL_FROM ?? NOBODY,
  to: SMTP_URL ?? resolve(MAIL_DIR ?? join(dataDir, 'mail')),
});
