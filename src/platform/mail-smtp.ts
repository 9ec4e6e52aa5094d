import { createTransport } from 'nodemailer';
import { toMime } from './mail-mime';
import type { SmtpServer } from './mail-settings';
import { MailFailedError, MailTransport, type MailMessage, type MailSender } from './mail-transport';

export interface SmtpSettings {
  readonly from: MailSender;
  readonly server: SmtpServer;
  /** Longest silence of the server before an attempt ends, milliseconds. */
  readonly silenceMs: number;
  /** PEM of the authority that signed the server's certificate; left out: those that Node trusts. */
  readonly authority?: string;
}

/**
 * Replies to these concern this one mail; others (greeting, sign-in, the sender, who is the same in every mail) the settings,
 * and once those are mended the next try fares better.
 */
const ABOUT_THE_MESSAGE: readonly unknown[] = ['RCPT TO', 'DATA'];
/** Bad sequence, sign in first: wherever they come, no mail is at fault. */
const ABOUT_THE_SESSION: readonly number[] = [503, 530];

const connectTo = ({ server, silenceMs, authority }: SmtpSettings) =>
  createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'off',
    tls: { minVersion: 'TLSv1.2', ...(authority === undefined ? {} : { ca: authority }) },
    ...(server.login === null ? {} : { auth: server.login, forceAuth: true }),
    dnsTimeout: silenceMs,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

/** Hands mails to an SMTP server, on a connection each: they are few, and a connection in a bad state takes one down. */
export class SmtpMailTransport extends MailTransport {
  readonly #transport: ReturnType<typeof connectTo>;

  constructor(private readonly settings: SmtpSettings) {
    super();
    this.#transport = connectTo(settings);
  }

  async send(message: MailMessage, signal: AbortSignal): Promise<void> {
    const mime = toMime(message, this.settings.from);
    try {
      await this.#transport.sendMail({ ...mime, signal });
    } catch (error) {
      throw failureOf(error);
    }
  }
}

/** The server's words stay behind: they repeat addresses. */
function failureOf(error: unknown): MailFailedError {
  const { responseCode, code, command } = error as { responseCode?: unknown; code?: unknown; command?: unknown };
  if (typeof responseCode === 'number') {
    const permanent =
      responseCode >= 500 && !ABOUT_THE_SESSION.includes(responseCode) && ABOUT_THE_MESSAGE.includes(command);
    return new MailFailedError(`SMTP ${responseCode}`, permanent);
  }
  return new MailFailedError(typeof code === 'string' ? code : 'unknown', false);
}
