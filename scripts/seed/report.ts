import { ROLES } from '../../src/domain/permissions';
import type { AccessTokens } from '../../src/platform/token';
import type { FirstQuery } from './scenario';
import type { SeededOrganization, SeedResult } from './seed-database';
import type { SeededPerson } from './seed-organization';
import { SEED_PASSWORD } from './seed-password';
import { tokenOf } from './tokens';

/** Nobody reads more of them. */
const ORGANIZATIONS_SHOWN = 3;

/** `curl` as it can be pasted into a shell that has the token in $TOKEN. */
export const curlOf = (url: string, document: string): string =>
  `curl -sS ${url} -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" \\\n` +
  `  -d '${JSON.stringify({ query: document.replaceAll(/\s+/g, ' ') })}'`;

/** One of each role: who there is to be. */
export const castOf = ({ people }: SeededOrganization): readonly SeededPerson[] =>
  ROLES.toReversed()
    .map((role) => people.find(({ user }) => user.role === role))
    .filter((person) => person !== undefined);

function accountLines(organizations: readonly SeededOrganization[]): string[] {
  const shown = organizations.slice(0, ORGANIZATIONS_SHOWN);
  const width = Math.max(...shown.map(({ name }) => name.length));
  const lines = shown.flatMap((organization) => {
    const cast = castOf(organization);
    const more = organization.people.length - cast.length;
    const rows = cast.map(({ user }) => `  ${organization.name.padEnd(width)}  ${user.role.padEnd(9)}  ${user.email}`);
    return more > 0 ? [...rows, `  ${' '.repeat(width)}  and ${more} more`] : rows;
  });
  const more = organizations.length - shown.length;
  return more > 0 ? [...lines, `  and ${more} more organizations`] : lines;
}

async function tokenLines(tokens: AccessTokens, organizations: readonly SeededOrganization[]): Promise<string[]> {
  const cast = organizations.slice(0, 1).flatMap(castOf);
  const lines = await Promise.all(
    cast.map(async (person) => [
      `  ${person.user.role} ${person.user.email}`,
      `  ${(await tokenOf(tokens, person)).token}`,
    ]),
  );
  return lines.flat();
}

async function queryLines(tokens: AccessTokens, queries: readonly FirstQuery[], url: string): Promise<string[]> {
  const [first] = queries;
  if (first === undefined) return [];
  const { token, expiresAt } = await tokenOf(tokens, first.as);
  const each = queries.flatMap(({ title, document, answers }, n) => [
    `# ${n + 1}. ${title}${answers === null ? '' : ` (${answers})`}`,
    curlOf(url, document),
    '',
  ]);
  return [
    `First queries, as ${first.as.user.email}, until ${expiresAt.toISOString()}:`,
    '',
    `TOKEN=${token}`,
    '',
    ...each,
  ];
}

/** What a seeding came to, for a person: whom to be, and what to try. */
export async function reportOf(result: SeedResult, tokens: AccessTokens, url: string): Promise<string> {
  const { documentsWritten, organizations, firstQueries } = result;
  const done = documentsWritten === 0 ? 'Everything was there already.' : `${documentsWritten} documents written.`;
  return [
    `${done} The data is as of ${result.now.toISOString()}.`,
    '',
    `Accounts, all with the password "${SEED_PASSWORD}":`,
    '',
    ...accountLines(organizations),
    '',
    'Access tokens, for a quarter of an hour (then log in):',
    '',
    ...(await tokenLines(tokens, organizations)),
    '',
    ...(await queryLines(tokens, firstQueries, url)),
  ].join('\n');
}

/** The explorer page, as one person of each role; nobody is sent what stands behind the `#`. */
async function explorerLines(tokens: AccessTokens, organization: SeededOrganization, url: string): Promise<string[]> {
  const lines = castOf(organization).map(async (person) => {
    const { token } = await tokenOf(tokens, person);
    return `  ${person.user.role.padEnd(9)}  ${url}#token=${token}`;
  });
  return ['In a browser, signed in for a quarter of an hour:', '', ...(await Promise.all(lines))];
}

/** The same in fewer lines, for a service that has just started. */
export async function welcomeOf(result: SeedResult, tokens: AccessTokens, url: string): Promise<string> {
  const links = result.organizations.slice(0, 1).map((organization) => explorerLines(tokens, organization, url));
  return [
    `Accounts of the demo, all with the password "${SEED_PASSWORD}":`,
    '',
    ...accountLines(result.organizations),
    '',
    ...(await Promise.all(links)).flat(),
    '',
    ...(await queryLines(tokens, result.firstQueries, url)),
  ].join('\n');
}
