import { once } from 'node:events';
import type { Answer } from '../../src/domain/booking/commands';
import { holderOfUser, type OccurrenceId, type TenantId, type UserId } from '../../src/domain/ids';
import { newId } from '../../src/platform/new-id';
import { openConnection } from '../../src/platform/mongo-connection';
import { outcomeOf, untilTold } from './booking-client';
import { TestClock } from './clock';
import { makeEngine } from './engine';
import { makeRegister, makeScope } from './make';

/** Registrations to be asked for all at once: `clients` times every one of the dates. */
export interface Ask {
  readonly tenantId: TenantId;
  readonly occurrenceIds: readonly OccurrenceId[];
  /** The one person who asks; null: somebody else every time. */
  readonly userId: UserId | null;
  readonly clients: number;
}

/** What one client was told. */
export type Told = readonly [occurrenceId: OccurrenceId, holder: string, outcome: string];

export interface ProcessReport {
  readonly told: readonly Told[];
  readonly alarms: number;
}

/** The clients that an ask stands for, in turn of the dates. */
export function clientsOf({ occurrenceIds, userId, clients }: Ask): { occurrenceId: OccurrenceId; userId: UserId }[] {
  return Array.from({ length: clients }, () => occurrenceIds)
    .flat()
    .map((occurrenceId) => ({ occurrenceId, userId: userId ?? newId<UserId>() }));
}

/**
 * A second service process: an engine of its own on the database it is given. It says that it is ready, waits for
 * SIGUSR2, asks for everything at once, says what it was told, and ends.
 */
async function main([uri, asks]: readonly string[]): Promise<void> {
  if (uri === undefined || asks === undefined) throw new Error('which database, and what to ask for?');
  const connection = await openConnection(uri, { maxPoolSize: 20, serverSelectionTimeoutMs: 10_000 });
  const { engine, alarms } = makeEngine(connection, new TestClock());
  const go = once(process, 'SIGUSR2');
  const alive = setInterval(() => undefined, 60_000);
  process.stdout.write('ready\n');
  await go;
  const told = await Promise.all(
    (JSON.parse(asks) as Ask[]).flatMap((ask) =>
      clientsOf(ask).map(async ({ occurrenceId, userId }): Promise<Told> => {
        const command = makeRegister({ id: occurrenceId }, { userId });
        const answer: Answer = await untilTold(engine, makeScope(ask.tenantId), command);
        return [occurrenceId, holderOfUser(userId), outcomeOf(answer)];
      }),
    ),
  );
  await engine.drain();
  await connection.close();
  clearInterval(alive);
  process.stdout.write(`${JSON.stringify({ told, alarms: alarms.length } satisfies ProcessReport)}\n`);
}

if (require.main === module) void main(process.argv.slice(2));
