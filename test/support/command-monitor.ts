import mongoose, { type Connection, type mongo } from 'mongoose';
import { connectionOptions } from '../../src/platform/mongo-connection';

type Command = Readonly<Record<string, unknown>>;

/** A connection that remembers every command it sends (the driver's command monitoring). */
export async function openMonitored(uri: string): Promise<{ connection: Connection; commands: Command[] }> {
  const connection = mongoose.createConnection();
  const options = connectionOptions({ maxPoolSize: 20, serverSelectionTimeoutMs: 10_000 });
  await connection.openUri(uri, { ...options, monitorCommands: true });
  const commands: Command[] = [];
  connection.getClient().on('commandStarted', ({ command }) => commands.push(command as Command));
  return { connection, commands };
}

export const named = (commands: readonly Command[], name: string): Command[] =>
  commands.filter((command) => name in command);

/** The tenants that each transaction read or wrote, by the ids in its statements. */
export function tenantsByTransaction(commands: readonly Command[]): Set<string>[] {
  const transactions = new Map<string, Set<string>>();
  for (const command of commands) {
    if (command['txnNumber'] === undefined) continue;
    const { lsid, txnNumber } = command as unknown as { lsid: { id: mongo.Binary }; txnNumber: mongo.Long };
    const key = `${lsid.id.toString('hex')}/${txnNumber.toString()}`;
    const tenants = transactions.get(key) ?? new Set<string>();
    transactions.set(key, tenants);
    for (const tenantId of tenantsOf(command)) tenants.add(tenantId);
  }
  return [...transactions.values()];
}

function tenantsOf(command: Command): string[] {
  const parts = [
    command['filter'],
    ...((command['documents'] as unknown[] | undefined) ?? []),
    ...[command['updates'], command['deletes']].flatMap((list) =>
      ((list as { q: unknown }[] | undefined) ?? []).map(({ q }) => q),
    ),
  ];
  return parts.filter((part) => part !== undefined).map((part) => String((part as { tenantId: unknown }).tenantId));
}
