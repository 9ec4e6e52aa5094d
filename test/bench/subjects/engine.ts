import { SystemClock } from '../../../src/platform/clock';
import { makeEngine } from '../../support/engine';
import { drive, toOutcome } from '../load';
import type { Subject } from './subject';

/** S': the booking engine called in process, without HTTP. */
export const engineSubject: Subject = {
  name: "S'",
  about: 'the booking engine, in process',
  keeps: 'everything',
  open: async ({ connection }) => {
    const { engine, unitOfWork, alarms } = makeEngine(connection, new SystemClock());
    return {
      pids: [process.pid],
      transactions: unitOfWork.stats,
      drive: (load) => drive(load, async ({ scope, command }) => toOutcome(await engine.submit(scope, command))),
      close: async () => {
        await engine.drain();
        if (alarms.length > 0) throw new Error(`the engine raised ${alarms.length} alarms`);
      },
    };
  },
};
