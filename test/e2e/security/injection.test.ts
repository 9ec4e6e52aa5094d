import { databaseHash } from '../../support/database-hash';
import { rawPost, type RawAnswer } from '../../support/raw-post';
import { testService } from '../../support/service';
import { furnished, type Furnished } from '../../support/walk/mirrored';
import { type Args, sampleOf } from '../../support/walk/samples';
import { withValueAt } from '../../support/walk/set-at';
import { operationNamed, operations, positionsOf, schema } from '../../support/wire';

jest.setTimeout(60_000);

const service = testService();
let world: Furnished;
beforeAll(async () => {
  world = await furnished(service, 'A');
});

const ask = (operation: string, variables: object): Promise<RawAnswer> =>
  rawPost(service.url, { query: operationNamed(operation).document, variables, token: world.organization.admin.token });
const codesOf = ({ body }: RawAnswer): (string | undefined)[] =>
  body.errors?.map(({ extensions }) => extensions.code) ?? [];
const namesFound = (answer: RawAnswer): number => (answer.body.data?.['events'] as { edges: unknown[] }).edges.length;
const search = (nameContains: string): Promise<RawAnswer> => ask('events', { first: 50, filter: { nameContains } });

const OPERATORS: Readonly<Record<string, unknown>> = {
  ...{ $eq: 1, $ne: null, $gt: '', $gte: '', $lt: '~', $lte: '~', $in: [null, ''], $nin: [], $not: { $eq: 1 } },
  ...{ $and: [{}], $or: [{}], $nor: [{ a: 1 }], $exists: true, $type: 2, $expr: { $eq: [1, 1] }, $mod: [1, 0] },
  ...{ $regex: '.*', $text: { $search: 'a' }, $where: 'sleep(5000) || true', $all: [], $size: 0, $elemMatch: {} },
  ...{
    $bitsAllSet: 0,
    $jsonSchema: {},
    $comment: 'x',
    $rand: {},
    $function: { body: 'return 1', args: [], lang: 'js' },
  },
};

/** Where a value is compared with something stored, and where one is stored. */
const PLACES: readonly (readonly [operation: string, ...path: string[]])[] = [
  ['logIn', 'input', 'email'],
  ['logIn', 'input', 'password'],
  ['event', 'id'],
  ['events', 'after'],
  ['events', 'filter', 'nameContains'],
  ['registrations', 'filter', 'occurrenceId'],
  ['registerForOccurrence', 'input', 'idempotencyKey'],
  ['createEvent', 'input', 'name'],
];

const STRINGS: readonly string[] = [
  ...['true, $where: "1 == 1"', ', $where: "1 == 1"', '$where: "1 == 1"', '", $where: "1 == 1"', '1, $where: "1 == 1"'],
  ...[
    '{ $ne: 1 }',
    '{"$gt": ""}',
    '{"$ne": null}',
    '[$ne]=1',
    '$gt',
    '$exists',
    '$regex',
    '||1==1',
    "' || '1'=='1",
    "' || 1==1//",
  ],
  ...[
    "' || 1==1%00",
    '" || "a"=="a',
    "'; return true; var d='",
    "'; sleep(5000); '",
    '1; while(true){}',
    "';it=new Date();do{pt=new Date();}while(pt-it<5000);",
  ],
  ...[
    'db.injection.insert({success:1});',
    "'; db.dropDatabase(); //",
    'this.password.match(/.*/)',
    '{$where: function() { return 1 }}',
    '%00',
    '\\',
    '/.*/',
    '$$ROOT',
  ],
];

describe('N1: operators of the database', () => {
  it.each(PLACES)('are no values: %s %s %s', async (operation, ...path) => {
    const right = await sampleOf(operation).args(world.organization, world.organization.admin);
    const before = await databaseHash(service.connection);
    for (const [operator, value] of Object.entries(OPERATORS)) {
      const answer = await ask(operation, withValueAt(right, path, { [operator]: value }));
      expect({ operator, codes: [...new Set(codesOf(answer))] }).toEqual({ operator, codes: ['BAD_USER_INPUT'] });
    }
    expect(await databaseHash(service.connection)).toBe(before);
  });

  it('in a text are text: none of them finds an event, an account or a seat', async () => {
    for (const text of STRINGS) {
      expect({ text, found: namesFound(await search(text)) }).toEqual({ text, found: 0 });
      const logIn = await ask('logIn', { input: { email: 'a@example.org', password: text } });
      expect({ text, codes: codesOf(logIn) }).toEqual({ text, codes: ['UNAUTHENTICATED'] });
      expect({ text, codes: codesOf(await ask('event', { id: text })) }).toEqual({ text, codes: ['NOT_FOUND'] });
    }
  });

  it('negative control: the search does find what is there', async () => {
    expect(namesFound(await search('orksho'))).toBeGreaterThan(0);
  });
});

describe('N3: a search text', () => {
  const BOMBS = [
    '(a+)+$',
    '(a|aa)+$',
    '(.*a){25}',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '([a-zA-Z]+)*$',
    '(?=a)*',
    '[',
    '(?<x>',
    '\\',
    '*',
  ];

  it('is no expression, however it looks', async () => {
    await world.organization.event({ name: 'a'.repeat(200) });
    for (const bomb of [...BOMBS, '.*', '^', '$', '.', 'W.rkshop', 'Workshop|Draft']) {
      expect({ bomb, found: namesFound(await search(bomb)) }).toEqual({ bomb, found: 0 });
    }
  });

  it('finds itself, in either case', async () => {
    for (const bomb of BOMBS) {
      await world.organization.event({ name: `About ${bomb}!` });
      expect({ bomb, found: namesFound(await search(`ABOUT ${bomb}!`)) }).toEqual({ bomb, found: 1 });
    }
  });
});

describe('N4: names of fields', () => {
  it('are nowhere a value: nothing sorts, selects or filters by a name that a client gives', () => {
    const types = Object.values(schema.getTypeMap()).map(({ name }) => name);
    expect(types.filter((name) => /json|object$|^any|mixed|map$/i.test(name))).toEqual([]);
    const texts = operations.flatMap(positionsOf).filter(({ type }) => /^(String|ID)!?$/.test(String(type)));
    const names = texts.map(({ path }) => path.at(-1) ?? '');
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => /sort|order|projection|select|field|column|query/i.test(name))).toEqual([]);
  });

  it.each(['$where', 'a.b', 'tenantId', '_id', 'role', 'status.$ne', '__proto__', 'constructor'])(
    'of an input are those of the schema: %s',
    async (name) => {
      const filter = JSON.parse(`{"${name}":"x"}`) as Args;
      const answer = await ask('events', { first: 5, filter });
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    },
  );
});

describe('N5: keys that belong to every object', () => {
  interface Polluted {
    readonly x?: unknown;
  }
  const PAYLOADS = [
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"__proto__":{"__proto__":{"x":1}}}',
  ];
  const BODIES = PAYLOADS.flatMap((payload) => [
    payload,
    `{"query":"{ __typename }","extensions":${payload}}`,
    `{"query":"{ __typename }","extensions":{"persistedQuery":${payload}}}`,
    `{"query":"{ __typename }","variables":${payload}}`,
    `{"query":"{ __typename }",${payload.slice(1)}`,
    `{"query":"query ($f: EventFilter) { events(filter: $f) { edges { cursor } } }","variables":{"f":${payload}}}`,
    `{"query":"mutation ($i: CreateEventInput!) { createEvent(input: $i) { __typename } }","variables":{"i":${payload}}}`,
    `{"query":"mutation ($i: CreateEventInput!) { createEvent(input: $i) { __typename } }","variables":{"i":{"recurrence":${payload}}}}`,
  ]);

  it.each(BODIES)('leave no trace: %s', async (body) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${world.organization.admin.token}` };
    const answer = await fetch(service.url, { method: 'POST', headers, body });
    expect(answer.status).toBeLessThan(500);
    expect(await answer.text()).not.toContain('INTERNAL_SERVER_ERROR');
    expect(({} as Polluted).x).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('negative control: a careless merge of the same payload does', () => {
    const merge = (target: Record<string, unknown>, source: Record<string, unknown>): void => {
      for (const [key, value] of Object.entries(source)) {
        if (typeof value === 'object') merge(target[key] as Record<string, unknown>, value as Record<string, unknown>);
        else target[key] = value;
      }
    };
    merge({}, JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown>);
    expect(({} as Polluted).x).toBe(1);
    Reflect.deleteProperty(Object.prototype, 'x');
  });
});
