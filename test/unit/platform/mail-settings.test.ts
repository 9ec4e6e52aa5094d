import { BadMailSettingError, parseSender, parseSmtpUrl } from '../../../src/platform/mail-settings';

describe('the mail server', () => {
  it('is spoken to with TLS, from the first byte or before anything is said', () => {
    expect(parseSmtpUrl('smtps://mail.example.org')).toEqual({
      ...{ host: 'mail.example.org', port: 465, tls: 'implicit', login: null },
    });
    expect(parseSmtpUrl('smtp://us%40er:p%3Aw@[::1]:2525/')).toEqual({
      ...{ host: '::1', port: 2525, tls: 'starttls', login: { user: 'us@er', pass: 'p:w' } },
    });
  });

  it('gets a mail in the clear only where that is said, and never a password', () => {
    expect(parseSmtpUrl('smtp://mailpit:1025?tls=off')).toMatchObject({ tls: 'off', login: null });
    expect(() => parseSmtpUrl('smtp://user:hunter2@mailpit:1025?tls=off')).toThrow('without TLS');
  });

  it.each([
    'mail.example.org',
    'http://mail.example.org',
    'smtp://',
    'smtp://host/path',
    'smtp://host?tls=on',
    'smtps://host?tls=off',
    'smtp://host?tls=off&rejectUnauthorized=false',
    'smtp://host#x',
    'smtp://%zz:hunter2@host',
  ])('is refused when it is %p, without repeating it', (text) => {
    expect(() => parseSmtpUrl(text)).toThrow(BadMailSettingError);
    expect(() => parseSmtpUrl(text)).not.toThrow(/hunter2/);
  });
});

describe('who mails are from', () => {
  it('is an address, or a name with one', () => {
    expect(parseSender(' club@example.org ')).toEqual({ name: '', address: 'club@example.org' });
    expect(parseSender('The Club <club@example.org>')).toEqual({ name: 'The Club', address: 'club@example.org' });
  });

  it.each([
    '',
    'club',
    'Club <club>',
    'a@example.org, b@example.org',
    'A <a@example.org> <b@example.org>',
    'x\r\nBcc: <a@b.c>',
  ])('is not %p', (text) => expect(() => parseSender(text)).toThrow(BadMailSettingError));
});
