import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** Certificate and key of a server that calls itself localhost; worth nothing outside of tests. */
export const LOCALHOST = readFileSync(join(__dirname, '../fixtures/smtp-localhost.pem'), 'utf8');

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire. */
  readonly raw: string;
  readonly secure: boolean;
  readonly user: unknown;
}

export interface SmtpSink {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** How many connections were opened so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** A real SMTP server on a free port of this machine. What `given` does not say is accepted. */
export async function startSmtp(given: SMTPServerOptions = {}): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 10,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          secure: session.secure,
          user: session.user,
        });
        done();
      });
    },
    ...given,
  });
  // Whoever hangs up in the middle is what some tests are about.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

export const parseMail = (raw: string): Promise<Email> => PostalMime.parse(raw);

/** An answer of the server's, e.g. 550. */
export const smtpError = (responseCode: number): Error => Object.assign(new Error('no'), { responseCode });
