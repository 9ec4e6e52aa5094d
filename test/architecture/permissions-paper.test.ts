import { readFileSync, writeFileSync } from 'node:fs';
import { PERMISSIONS, ROLES } from '../../src/domain/permissions';
import { leastRole, operationsOnTheWire, type WireOperation } from '../support/operations-on-the-wire';

const PAPER = 'docs/permissions.md';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const named = ({ name }: WireOperation): string => `\`${name}\``;

function paper(): string {
  const operations = [...operationsOnTheWire()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const of = (access: string): readonly WireOperation[] => operations.filter((one) => one.access === access);
  const permissions = Object.entries(PERMISSIONS).map(([permission, least]) => {
    const marks = ROLES.map((role) => (ROLES.indexOf(role) >= ROLES.indexOf(least) ? 'yes' : ''));
    return row(`\`${permission}\``, ...marks, of(permission).map(named).join(', '));
  });
  return [
    '# Permissions',
    '',
    'Who may do what. Written from `src/domain/permissions.ts`, the one table that the guard, the tests and this page share; a test compares them, and',
    '`WRITE_PAPERS=1 npx jest --selectProjects unit test/architecture/permissions-paper` writes it again. An operation that is not in the table is open to nobody. Each role',
    'has everything of those before it. What a field shows beyond the operation (drafts, attendees) is asked where the field is resolved.',
    '',
    row('Permission', ...ROLES.map((role) => `\`${role}\``), 'Operations'),
    row('---', ...ROLES.map(() => '---'), '---'),
    ...permissions,
    '',
    `Anybody, signed in or not: ${of('public').map(named).join(', ')}.`,
    '',
    '## Operations',
    '',
    row('Operation', 'Kind', 'Least role'),
    row('---', '---', '---'),
    ...operations.map((one) =>
      row(named(one), one.kind.toLowerCase(), one.access ? `\`${leastRole(one.access)}\`` : ''),
    ),
    '',
  ].join('\n');
}

it('docs/permissions.md says who may call what, as the guard does', () => {
  const written = paper();
  if (process.env['WRITE_PAPERS'] === '1') writeFileSync(PAPER, written);
  expect(readFileSync(PAPER, 'utf8')).toBe(written);
});
