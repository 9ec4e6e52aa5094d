import 'reflect-metadata';
import { BadEnvironmentError, loadEnv, readEnvFile } from './platform/env';
import { NoMongoBinaryError } from './platform/mongo-binary';
import { NotAReplicaSetError } from './platform/mongo-connection';
import { startService } from './service';

/** Start and graceful stop, nothing else. */
async function main(): Promise<void> {
  readEnvFile();
  const service = await startService(loadEnv());
  const stop = (): void => void service.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

const FOR_PEOPLE = [BadEnvironmentError, NoMongoBinaryError, NotAReplicaSetError];

/** What somebody can put right is told in words; a fault of ours with its stack. */
function explain(error: unknown): string {
  const forPeople = FOR_PEOPLE.some((type) => error instanceof type);
  if (!(error instanceof Error)) return String(error);
  return forPeople ? error.message : (error.stack ?? error.message);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
