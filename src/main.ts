import 'reflect-metadata';
import { loadEnv, readEnvFile } from './platform/env';
import { explainError } from './platform/explain-error';
import { collectOnce, keepHeapSmall } from './platform/heap';
import { StopSignals } from './platform/stop-signals';
import { startService } from './service';

/** Start and graceful stop, nothing else. */
async function main(): Promise<void> {
  keepHeapSmall();
  readEnvFile();
  const signals = new StopSignals();
  signals.started(await startService(loadEnv()));
  collectOnce();
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainError(error)}\n`);
  process.exit(1);
});
