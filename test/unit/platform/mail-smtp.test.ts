import type { SMTPServerOptions } from 'smtp-server';
import { SmtpMailTransport } from '../../../src/platform/mail-smtp';
import type { SmtpServer } from '../../../src/platform/mail-settings';
import { MailFailedError, type MailMessage } from '../../../src/platform/mail-transport';
import { LOCALHOST, parseMail, type SmtpSink, smtpError, startSmtp } from '../../support/smtp';

const from = { name: 'The Club', address: 'club@example.org' };
const message: MailMessage = { id: 'one', to: 'ada@example.com', subject: 'Hello', text: 'Grüße\n\n123456\n' };
const never = new AbortController().signal;

let sink: SmtpSink | undefined;
afterEach(() => sink?.close());

async function serverOf(options: SMTPServerOptions = {}): Promise<SmtpSink> {
  sink = await startSmtp(options);
  return sink;
}
const PLAIN: SMTPServerOptions = { disabledCommands: ['STARTTLS'] };
const TRUSTED: SMTPServerOptions = { key: LOCALHOST, cert: LOCALHOST };

const transportTo = (port: number, given: Partial<SmtpServer> = {}, silenceMs = 5_000): SmtpMailTransport =>
  new SmtpMailTransport({
    from,
    server: { host: '127.0.0.1', port, tls: 'off', login: null, ...given },
    silenceMs,
    authority: LOCALHOST,
  });

const failureOf = async (sending: Promise<void>): Promise<MailFailedError> => {
  const error: unknown = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MailFailedError)) throw new Error(`not a failure to send: ${String(error)}`);
  return error;
};

describe('a mail', () => {
  it('arrives as it was written, in plain text alone, from the sender to the one receiver [N8]', async () => {
    const { port, mails } = await serverOf(PLAIN);
    await transportTo(port).send(message, never);
    const parsed = await parseMail(mails[0]!.raw);

    expect(mails).toMatchObject([{ from: 'club@example.org', to: ['ada@example.com'] }]);
    expect(parsed).toMatchObject({
      from: { name: 'The Club', address: 'club@example.org' },
      to: [{ name: '', address: 'ada@example.com' }],
      subject: 'Hello',
      text: message.text,
    });
    expect(parsed.html).toBeUndefined();
    expect(parsed.attachments).toEqual([]);
  });

  it('has the same Message-ID each time it is sent, and another than other mails', async () => {
    const { port, mails } = await serverOf(PLAIN);
    for (const id of ['one', 'one', 'two']) await transportTo(port).send({ ...message, id }, never);
    const [first, again, other] = await Promise.all(mails.map(async ({ raw }) => (await parseMail(raw)).messageId));

    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each(['Hi\r\nBcc: eve@example.com', 'Hi\nX-Evil: 1', 'Hi\u2028Bcc: eve@example.com', 'Hi\r\n\r\nbody'])(
    'cannot be given headers through its subject [N7]: %j',
    async (subject) => {
      const { port, mails } = await serverOf(PLAIN);
      await transportTo(port).send({ ...message, subject }, never);
      const parsed = await parseMail(mails[0]!.raw);

      expect(mails[0]!.to).toEqual(['ada@example.com']);
      expect(parsed.headers.map(({ key }) => key).sort()).toEqual(
        [
          ...['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id'],
          ...['mime-version', 'subject', 'to'],
        ].sort(),
      );
      expect(parsed.text).toBe(message.text);
    },
  );

  it.each([
    'a@b.cc>\r\nBcc: eve@example.com',
    'ada@example.com, eve@example.com',
    'ada@example.com\r\nRCPT TO:<eve@example.com>',
    'Ada <ada@example.com>',
    `${'a'.repeat(300)}@example.com`,
    `${'('.repeat(10_000)}a@example.com`,
    '',
  ])('is sent to nobody where the address is none: %j', async (to) => {
    const { port, connections } = await serverOf(PLAIN);

    expect(await failureOf(transportTo(port).send({ ...message, to }, never))).toMatchObject({ permanent: true });
    expect(connections()).toBe(0);
  });

  it('with a line of one dot arrives whole', async () => {
    const { port, mails } = await serverOf(PLAIN);
    const text = 'before\n.\nQUIT\n..after\n';
    await transportTo(port).send({ ...message, text }, never);

    expect((await parseMail(mails[0]!.raw)).text).toBe(text);
  });
});

describe('a server that says no', () => {
  const replying = (phase: 'onMailFrom' | 'onRcptTo', code: number): SMTPServerOptions => ({
    ...PLAIN,
    [phase]: (_address: unknown, _session: unknown, done: (error: Error) => void) => done(smtpError(code)),
  });
  const afterData = (code: number): SMTPServerOptions => ({
    ...PLAIN,
    onData: (stream, _session, done) => {
      stream.resume();
      stream.on('end', () => done(smtpError(code)));
    },
  });

  it.each([
    ['421 at the receiver', replying('onRcptTo', 421), 421, false],
    ['450 at the receiver', replying('onRcptTo', 450), 450, false],
    ['451 after the text', afterData(451), 451, false],
    ['550 at the receiver', replying('onRcptTo', 550), 550, true],
    ['550 at the sender, who is the same in every mail', replying('onMailFrom', 550), 550, false],
    ['530 at the receiver: sign in first', replying('onRcptTo', 530), 530, false],
    ['530 after the text', afterData(530), 530, false],
    ['554 after the text', afterData(554), 554, true],
  ])('is asked again later or not at all: %s', async (_what, options, code, permanent) => {
    const { port, mails } = await serverOf(options);
    const failure = await failureOf(transportTo(port).send(message, never));

    expect(failure).toMatchObject({ reason: `SMTP ${code}`, permanent });
    expect(failure.message).not.toContain('ada');
    expect(mails).toEqual([]);
  });

  it('to the password is asked again later: the mail is not at fault', async () => {
    const { port } = await serverOf({ ...TRUSTED, onAuth: (_auth, _session, done) => done(smtpError(535)) });
    const login = { user: 'happening', pass: 'hunter2' };
    const failure = await failureOf(transportTo(port, { tls: 'starttls', login }).send(message, never));

    expect(failure).toMatchObject({ reason: 'SMTP 535', permanent: false });
    expect(String(failure)).not.toContain('hunter2');
  });
});

describe('a server that does not answer', () => {
  const hanging: SMTPServerOptions = { ...PLAIN, onData: (stream) => void stream.resume() };

  it('after the text is given up after a silence, and asked again later', async () => {
    const { port } = await serverOf(hanging);

    expect(await failureOf(transportTo(port, {}, 200).send(message, never))).toMatchObject({ permanent: false });
  });

  it('is hung up on at once when the service stops', async () => {
    const { port } = await serverOf(hanging);
    const stopping = new AbortController();
    const sending = transportTo(port, {}, 600_000).send(message, stopping.signal);
    stopping.abort();

    expect(await failureOf(sending)).toMatchObject({ reason: 'EABORT', permanent: false });
  });

  it('or is not there at all, is asked again later', async () => {
    const gone = await serverOf(PLAIN);
    await gone.close();

    expect(await failureOf(transportTo(gone.port).send(message, never))).toMatchObject({ permanent: false });
  });
});

describe('TLS', () => {
  const login = { user: 'happening', pass: 'hunter2' };
  const anybody: SMTPServerOptions = {
    ...TRUSTED,
    onAuth: (auth, _session, done) => done(null, { user: `${auth.username}:${auth.password}` }),
  };

  it.each([
    ['starttls', anybody],
    ['implicit', { ...anybody, secure: true }],
  ] as const)('is there before anything is said, and the password is accepted: %s', async (tls, options) => {
    const { port, mails } = await serverOf(options);
    await transportTo(port, { tls, login }).send(message, never);

    expect(mails).toMatchObject([{ secure: true, user: 'happening:hunter2' }]);
  });

  it('is not done without where the server does not offer it', async () => {
    const { port, mails } = await serverOf({ ...anybody, ...PLAIN });
    const failure = await failureOf(transportTo(port, { tls: 'starttls', login }).send(message, never));

    expect(failure.permanent).toBe(false);
    expect(mails).toEqual([]);
  });

  it.each(['starttls', 'implicit'] as const)(
    'with a certificate that nobody vouches for is refused: %s',
    async (tls) => {
      const { port, mails } = await serverOf({ ...TRUSTED, secure: tls === 'implicit' });
      const server = { host: '127.0.0.1', port, tls, login: null };
      const suspicious = new SmtpMailTransport({ from, server, silenceMs: 5_000 });

      expect(await failureOf(suspicious.send(message, never))).toMatchObject({ permanent: false });
      expect(mails).toEqual([]);
    },
  );
});
