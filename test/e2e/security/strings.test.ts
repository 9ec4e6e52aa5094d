import { rawPost } from '../../support/raw-post';
import { testService } from '../../support/service';
import { Organization } from '../../support/walk/organization';

jest.setTimeout(60_000);

const service = testService();
let organization: Organization;
beforeAll(async () => {
  organization = await Organization.found(service, 'N10');
});

/** Texts that break programs: of our own choosing, by what they break. */
const TEXTS: readonly string[] = [
  // Words that are values elsewhere.
  ...[
    'undefined',
    'null',
    'NULL',
    'nil',
    'None',
    'true',
    'FALSE',
    'NaN',
    'Infinity',
    '-0',
    '0',
    '1e1000',
    '0x1F',
    '1,000',
    '½',
    '٣',
  ],
  ...[
    'hasOwnProperty',
    '__proto__',
    'constructor',
    'toString',
    'then',
    '[object Object]',
    'CON',
    'NUL',
    '...',
    '/dev/null',
    'C:\\',
  ],
  // Punctuation of other languages.
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\\\\',
    '\\"',
    '%',
    '%s%n%x',
    '$',
    '$ne',
    '{$gt:""}',
    '${7*7}',
    '{{7*7}}',
    '<%= 7 %>',
    '#{7}',
    '~',
    '|',
    ';',
    '&',
  ],
  ...[
    "'; DROP TABLE users; --",
    '1 OR 1=1',
    '() { :; }; echo x',
    '$(touch /x)',
    '`id`',
    '../../etc/passwd',
    'file:///etc/passwd',
    '%00',
    '%0d%0aSet-Cookie: a=b',
  ],
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'javascript:alert(1)',
    '</title>',
    '<!--',
    ']]>',
    '&lt;b&gt;',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]>',
  ],
  ...[
    '=HYPERLINK("http://x")',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '{"a":1}',
    '[1,2]',
    'query { __typename }',
    '"""',
    '#comment',
    'BEGIN:VEVENT',
    'a;b,c:d',
  ],
  // Scripts, directions, combinations, widths.
  ...[
    'Ω≈ç√∫˜µ≤',
    'ЁЂЃЄЅІ',
    '社會科學院語學研究所',
    '田中さんにあげて下さい',
    '表ポあA鷗ŒéＢ',
    'הָיְתָהtestالصفحات',
    'ثم نفس سقطت',
    'ﷺ',
    '𝓣𝓱𝓮',
    '𐐜 𐐔',
    'ｆｕｌｌ',
  ],
  ...[
    'e\u0301',
    '\u00e9',
    'A\u030a',
    '\u212b',
    'ﬁ',
    'ſ',
    'ß',
    'İ',
    'ı',
    'ǅ',
    'Z̮̞̠͙͔ͅa̴lgo',
    '\u1e9b\u0323',
    'a\u200bb',
    'a\u200db',
    'a\u00adb',
    '\ufeffb',
    'a\u202eb',
    'a\u2066b\u2069',
  ],
  ...[
    '😀',
    '👩🏽',
    '👨‍👩‍👧‍👦',
    '🇩🇪🇫🇷',
    '1️⃣',
    '❤️',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '\u{1f9d1}\u200d\u{1f680}',
    '\u{10ffff}',
    '\uffff',
    '\ufffd',
    '\u2603',
    '(╯°□°）╯︵ ┻━┻',
    'x'.repeat(200),
    '😀'.repeat(200),
  ],
];

/** Texts that are none of what the fields are for: refused, and named. */
const REFUSED: readonly string[] = [
  'a\u0000b',
  'a\u0007b',
  'a\u001b[31mb',
  'a\u007fb',
  'a\u0085b',
  'a\ud800b',
  'a\udc00b',
  'x'.repeat(201),
  '\u200b',
  '\u00ad\u2060',
];

const CREATE = `mutation ($input: CreateEventInput!) { createEvent(input: $input) {
  ... on CreateEventPayload { event { id name description } } } }`;
const READ =
  'query ($id: ID!) { event(id: $id) { id name description occurrences { edges { node { name description } } } } }';
const RENAME = `mutation ($input: UpdateOrganizationInput!) { updateOrganization(input: $input) {
  ... on UpdateOrganizationPayload { organization { name } } } }`;

const input = (text: string) => ({
  ...{
    name: text,
    description: text,
    timezone: 'Europe/Berlin',
    startsAtLocal: '2027-04-05T08:00',
    duration: 'PT30M',
    publish: true,
  },
  idempotencyKey: null,
});
interface Texts {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

describe('N10: a text that breaks programs', () => {
  it.each(TEXTS)('is kept and given back as it is: %j', async (text) => {
    const { createEvent } = await organization.ask<{ createEvent: { event: Texts } }>(CREATE, { input: input(text) });
    const { event } = await organization.ask<{ event: Texts }>(READ, { id: createEvent.event.id });
    // The ends of a name are trimmed; everything else is the sender's own.
    const kept = { id: createEvent.event.id, name: text.trim(), description: text };
    expect(createEvent.event).toEqual(kept);
    expect(event).toEqual({
      ...kept,
      occurrences: { edges: [{ node: { name: text.trim(), description: text } }] },
    });
    const { updateOrganization } = await organization.ask<{ updateOrganization: { organization: Texts } }>(RENAME, {
      input: { name: text },
    });
    expect(updateOrganization.organization.name).toBe(text.trim());
  });

  it.each(REFUSED)('is refused by its place where it is no name: %j', async (name) => {
    const { token } = organization.admin;
    const answer = await rawPost(service.url, {
      query: CREATE,
      variables: { input: { ...input('fine'), name } },
      token,
    });
    const told = answer.body.errors?.map(({ extensions: { code, fields } }) => [code, fields?.map(({ path }) => path)]);
    expect(told).toEqual([['BAD_USER_INPUT', ['input.name']]]);
  });
});
