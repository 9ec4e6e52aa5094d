import { setTimeout as sleep } from 'node:timers/promises';
import { availableWithin, type Fault } from '../fault';

export const PRIMARY_KILLED: Fault = {
  kind: 'F5',
  name: 'kill -9 of the primary in a set of three',
  expected: 'I7; unavailable for 15 s at most',
  quick: true,
  inject: async ({ lab: { set }, injected }) => {
    const primary = await set.primary();
    injected();
    set.kill(primary);
    await sleep(1_000);
    await set.primary();
    await set.restart(primary);
    await set.healthy();
  },
  expects: availableWithin(15_000),
};
