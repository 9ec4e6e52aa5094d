import 'reflect-metadata';
import { loadEnv, readEnvFile } from './platform/env';
import { explainError } from './platform/explain-error';
import { collectOnce, keepHeapSmall } from './platform/heap';
import { startService } from './service';

/** Start and graceful stop, nothing else. */
async function main(): Promise<void> {
  keepHeapSmall();
  readEnvFile();
  const service = await startService(loadEnv());
  collectOnce();
  const stop = (): void => void service.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainError(error)}\n`);
  process.exit(1);
});
