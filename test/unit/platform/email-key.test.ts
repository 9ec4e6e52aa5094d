import { emailKey, isPlainAddress } from '../../../src/platform/email-key';

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
    ['x@faß.de', 'x@xn--fa-hia.de'],
    ['x@FAẞ.DE', 'x@xn--fa-hia.de'],
    ['x@XN--FA-HIA.de', 'x@xn--fa-hia.de'],
    ['x@ΟΔΟΣ.gr', 'x@xn--pxavbq.gr'],
    ['ada@ｅｘａｍｐｌｅ。com', 'ada@example.com'],
  ])('%j is %s', (typed, key) => {
    expect(emailKey(typed)).toBe(key);
    expect(emailKey(key)).toBe(key);
  });

  it('tells different people apart', () => {
    expect(emailKey('ada@example.com')).not.toBe(emailKey('ada@example.org'));
    expect(emailKey('a.da@example.com')).not.toBe(emailKey('ada@example.com'));
  });

  it.each([
    ['ian@gıthub.com', 'ian@github.com'],
    ['x@faß.de', 'x@fass.de'],
    ['x@straße.de', 'x@strasse.de'],
    ['x@FAẞ.de', 'x@fass.de'],
    ['x@οδος.gr', 'x@οδοσ.gr'],
    ['ıan@example.com', 'ian@example.com'],
    ['İan@example.com', 'ian@example.com'],
    ['groß@example.com', 'gross@example.com'],
  ])('never takes %s for %s: they are two mailboxes', (one, other) => {
    expect(emailKey(one)).not.toBeNull();
    expect(emailKey(one)).not.toBe(emailKey(other));
  });

  it('has one key, whatever letter stands in it, and that is the key of itself', () => {
    const letters = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter((one) =>
      /^[\p{L}\p{M}\p{N}]$/u.test(one),
    );
    const moved = letters.filter((letter) => {
      const key = emailKey(`a${letter}b@example.com`);
      return key !== null && emailKey(key) !== key;
    });
    expect({ moved, some: letters.length > 100_000 }).toEqual({ moved: [], some: true });
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
    'ada@exa％6dple.com',
    'ada@example.com／path',
    'ada@user：password.com',
    'ada@℀.com',
    'ada＠b@example.com',
    'ada﹫b@example.com',
    'ada@a\u200db.com',
    'ada@user:password.com',
    'ada@127.0.0.1',
    'ada@１２７．０．０．１',
    'ada@0x7f.1',
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

describe('an address as a provider names it', () => {
  it.each([
    'ada@example.com',
    ' Ada@Example.COM',
    "o'hara+events@example.co.uk",
    'x@faß.de',
    'x@xn--fa-hia.de',
    'ada@münchen.de',
    'ada@XN--MNCHEN-3YA.de',
    'm\u00fcller@example.com',
    'ıan@example.com',
  ])('is plain: %j', (address) => {
    expect(isPlainAddress(address)).toBe(true);
  });

  it.each([
    'no address',
    'ſam@example.com',
    'ａｄａ@example.com',
    'ﬁona@example.com',
    'mu\u0308ller@example.com',
    'MÜLLER@example.com',
    '\u212aim@example.com',
    'ada＠example.com',
    'ada@ｅxample.com',
    'ada@example。com',
    'ada@\u212aim.com',
    'ada@exa\u00admple.com',
    'x@FAẞ.de',
    'ada@MÜNCHEN.de',
  ])('is not plain, for it may be another mailbox than the one that we take it for: %j', (address) => {
    expect(isPlainAddress(address)).toBe(false);
  });
});
