import type { Connection } from 'mongoose';

export interface Failure {
  /** e.g. `commitTransaction` */
  readonly failCommands: readonly string[];
  readonly errorCode?: number;
  readonly errorLabels?: readonly string[];
  readonly closeConnection?: boolean;
  /** Held up for `blockTimeMS`, then carried out. */
  readonly blockConnection?: boolean;
  readonly blockTimeMS?: number;
  /** `database.collection`; left out: any. */
  readonly namespace?: string;
  /** Reported although the command was carried out. */
  readonly writeConcernError?: { readonly code: number; readonly errmsg: string };
}

/** Runs `work` while the server fails these commands of the service: so many times, or always. */
export async function whileFailing<T>(
  connection: Connection,
  { times, ...data }: Failure & { readonly times?: number },
  work: () => Promise<T>,
): Promise<T> {
  const admin = connection.getClient().db('admin');
  const set = (mode: unknown) =>
    admin.command({ configureFailPoint: 'failCommand', mode, data: { ...data, appName: 'happening' } });
  await set(times === undefined ? 'alwaysOn' : { times });
  try {
    return await work();
  } finally {
    await set('off');
  }
}
