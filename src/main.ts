import 'reflect-metadata';
import { BadEnvironmentError, loadEnv, readEnvFile } from './platform/env';
import { NoMongoBinaryError } from './platform/mongo-binary';
import { startService } from './service';

/** Start and graceful stop, nothing else. */
async function main(): Promise<void> {
  readEnvFile();
  const service = await startService(loadEnv());
  const stop = (): void => void service.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  const known = error instanceof BadEnvironmentError || error instanceof NoMongoBinaryError;
  process.stderr.write(`${known || !(error instanceof Error) ? error.message : (error.stack ?? error.message)}\n`);
  process.exit(1);
});
