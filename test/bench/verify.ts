import { Types, type Connection } from 'mongoose';
import { brokenInvariants, overbookings, type Part } from '../support/invariants';
import type { BookingLoad, Driven } from './load';
import type { Subject } from './subjects/subject';

/** A subject that gave wrong answers has no speed. */
export class WrongOutcomeError extends Error {
  constructor(subject: string, faults: readonly string[]) {
    super(`${subject}: ${faults.length} faults, e.g.\n  ${faults.slice(0, 5).join('\n  ')}`);
    this.name = 'WrongOutcomeError';
  }
}

/**
 * Compares answers with what the database has, and the database with its promises.
 *
 * @param expected how many answers of each code there have to be, exactly
 * @throws WrongOutcomeError
 */
export async function verify(
  connection: Connection,
  { name, keeps }: Pick<Subject, 'name' | 'keeps'>,
  run: {
    readonly load: BookingLoad;
    readonly driven: Driven;
    readonly expected: Readonly<Record<string, number>>;
    /** What the subject itself found. */
    readonly found: readonly string[];
  },
): Promise<void> {
  const faults = [...wrongCounts(run.driven, run.expected), ...run.found];
  if (keeps === 'everything' || keeps === 'seats') {
    const part = partOf(run.load);
    const check = keeps === 'everything' ? brokenInvariants : overbookings;
    faults.push(...(await wrongIds(connection, part, run.driven)), ...(await check(connection, part)));
  }
  if (faults.length > 0) throw new WrongOutcomeError(name, faults);
}

/** The tenants of a load are its own. */
export const partOf = ({ requests }: BookingLoad): Part => {
  const tenants = new Set(requests.map(({ scope }) => scope.tenantId));
  return { tenantId: { $in: [...tenants].map((tenant) => new Types.ObjectId(tenant)) } };
};

export function countCodes({ answers }: Driven): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of answers) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function wrongCounts(driven: Driven, expected: Readonly<Record<string, number>>): string[] {
  const counts = countCodes(driven);
  const codes = new Set([...Object.keys(counts), ...Object.keys(expected)]);
  return [...codes]
    .filter((code) => (counts[code] ?? 0) !== (expected[code] ?? 0))
    .map((code) => `${counts[code] ?? 0} answers ${code}, ${expected[code] ?? 0} expected`);
}

/** Everybody who was told so has a registration, and nobody else. */
async function wrongIds(connection: Connection, part: Part, { answers }: Driven): Promise<string[]> {
  const told = new Set(answers.flatMap(({ registrationId }) => (registrationId === null ? [] : [registrationId])));
  const found = await connection
    .collection('registrations')
    .find(part, { projection: { _id: 1 } })
    .toArray();
  const stored = new Set(found.map(({ _id }) => String(_id)));
  return [
    ...[...told].filter((id) => !stored.has(id)).map((id) => `confirmed and not stored: ${id}`),
    ...[...stored].filter((id) => !(told as Set<string>).has(id)).map((id) => `stored and nobody was told: ${id}`),
  ];
}
