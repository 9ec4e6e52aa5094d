import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO, seedDatabase } from '../../scripts/seed/seed-database';
import { SEED_PASSWORD } from '../../scripts/seed/seed-password';
import { ErrorCodeEnum } from '../../src/graphql/enums';
import { THROWN_CODES } from '../../src/graphql/thrown-codes';
import { dataOf } from '../support/client';
import { testService } from '../support/service';

const ROOT = join(__dirname, '..', '..');
const paper = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

/** A request in a paper, followed by the answer that the paper promises. */
const EXCHANGE = /```graphql\n([\s\S]*?)```\s+```json\n([\s\S]*?)```/g;

const service = testService();
let token = '';

beforeAll(async () => {
  const { connection, clock } = service;
  const now = new Date('2027-01-04T00:00:00Z');
  await seedDatabase(connection, { ...DEMO, now }, { clock, progress: () => undefined });
  const logIn = `mutation ($password: String!) {
    logIn(input: { email: "uma@harbour.example", password: $password }) { session { accessToken } }
  }`;
  interface Session {
    logIn: { session: { accessToken: string } };
  }
  token = dataOf(await service.ask<Session>(logIn, { password: SEED_PASSWORD })).logIn.session.accessToken;
});

/** `WRITE_PAPERS=1` writes the answers into the README instead of comparing them. */
it('every request in the README is answered as the README says', async () => {
  const readme = paper('README.md');
  const exchanges = [...readme.matchAll(EXCHANGE)];
  expect(exchanges).toHaveLength(5);
  let written = readme;
  for (const [whole, query = '', promised = ''] of exchanges) {
    const data = dataOf<unknown>(await service.ask(query, {}, token));
    if (process.env['WRITE_PAPERS'] === '1') {
      const answer = JSON.stringify({ data }, null, 2);
      written = written.replace(
        whole,
        whole.replace(/```json\n[\s\S]*?```$/, () => `\`\`\`json\n${answer}\n\`\`\``),
      );
    } else expect({ data }).toEqual(JSON.parse(promised));
  }
  if (written !== readme) writeFileSync(join(ROOT, 'README.md'), written);
});

it('docs/errors.md names every code, and no other', () => {
  const named = [...paper('docs/errors.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  expect([...named].sort()).toEqual([...Object.keys(ErrorCodeEnum), ...THROWN_CODES].sort());
});

it('every file and every npm script that a paper names is there', () => {
  const scripts = (JSON.parse(paper('package.json')) as { scripts: Record<string, string> }).scripts;
  for (const name of ['README.md', 'ARCHITECTURE.md', 'AGENT.md', 'docs/errors.md']) {
    const text = paper(name);
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const commands = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, script = '']) => script);
    expect(commands.filter((script) => !(script in scripts))).toEqual([]);
  }
  const homes = [...paper('ARCHITECTURE.md').matchAll(/^\|[^|]+\|(.+)\|$/gm)].flatMap(([, cells = '']) =>
    [...cells.matchAll(/`((?:domain|store|use-cases|platform|graphql)\/[a-z/-]+(?:\.[a-z]+)*\.ts)`/g)].map(
      ([, file = '']) => file,
    ),
  );
  expect(homes.length).toBeGreaterThan(15);
  expect(homes.filter((file) => !existsSync(join(ROOT, 'src', file)))).toEqual([]);
});

it('ARCHITECTURE.md has exactly its four sections', () => {
  const sections = [...paper('ARCHITECTURE.md').matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections).toEqual(['Overview', 'Schema Design', 'Alternatives Considered', 'Trade-offs']);
});
