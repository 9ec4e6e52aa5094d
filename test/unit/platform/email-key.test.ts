import { emailKey } from '../../../src/platform/email-key';

describe('the same e-mail address', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['  ada@example.com\t', 'ada@example.com'],
    ['ada@münchen.de', 'ada@xn--mnchen-3ya.de'],
    ['ada@MÜNCHEN.de', 'ada@xn--mnchen-3ya.de'],
    ['ａｄａ＠example.com', 'ada@example.com'],
    ['mu\u0308ller@example.com', 'm\u00fcller@example.com'],
    ['ada+events@example.com', 'ada+events@example.com'],
    ["o'hara@example.co.uk", "o'hara@example.co.uk"],
  ])('%j is %s', (typed, key) => {
    expect(emailKey(typed)).toBe(key);
    expect(emailKey(key)).toBe(key);
  });

  it('tells different people apart', () => {
    expect(emailKey('ada@example.com')).not.toBe(emailKey('ada@example.org'));
    expect(emailKey('a.da@example.com')).not.toBe(emailKey('ada@example.com'));
  });
});

describe('no e-mail address', () => {
  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@localhost',
    'ada@b@example.com',
    'ada lovelace@example.com',
    'ada@exam ple.com',
    'ada@example.com/path',
    'ada@exa%6dple.com',
    'ada@user:password.com',
    'ada@127.0.0.1',
    'ada@[127.0.0.1]',
    'ada@-example.com',
    'ada@example..com',
    'ada@example.com.',
    'ada@xn--a.com',
    'ada>\r\nBcc: all@example.com',
    'ada\u0000@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(64)}.com`,
    `ada@${'a.'.repeat(130)}com`,
  ])('%j', (typed) => {
    expect(emailKey(typed)).toBeNull();
  });
});
