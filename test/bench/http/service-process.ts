import 'reflect-metadata';
import { SystemClock } from '../../../src/platform/clock';
import { loadEnv } from '../../../src/platform/env';
import { collectOnce, keepHeapSmall } from '../../../src/platform/heap';
import { startService } from '../../../src/service';
import { BookingEngine } from '../../../src/use-cases/booking-engine';
import { FloorEngine } from './floor-engine';

/** The service in a process of its own, as `main.ts` does it; with an argument (seats per occurrence) without its engine. */
async function main(): Promise<void> {
  keepHeapSmall();
  const service = await startService(loadEnv());
  collectOnce();
  const [seats] = process.argv.slice(2);
  if (seats !== undefined) {
    const floor = new FloorEngine(new SystemClock(), Number(seats));
    const engine = service.app.get(BookingEngine);
    engine.submit = (scope, command) => floor.submit(scope, command);
  }
  // Whoever started it is gone: so is its reason.
  process.once('disconnect', () => void service.stop().then(() => process.exit(0)));
  process.send?.({ url: service.url });
}

void main();
