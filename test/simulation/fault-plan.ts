import type { FaultKind, FaultRates } from './network';
import type { Random } from './random';

const CHANCE_OF_NO_FAULTS = 0.3;
const RATES: Readonly<Record<FaultKind, readonly number[]>> = {
  lostRequest: [0.01, 0.03, 0.1],
  lostAnswer: [0.01, 0.03, 0.1],
  transient: [0.01, 0.03, 0.1],
  deadServer: [0.05, 0.3],
  slow: [0.003, 0.03],
  crashes: [0.5, 2],
  elections: [0.5, 2],
  clockJumps: [0.5, 2],
};
/** Draws which faults a run has: some have none, the others a few kinds each (swarm testing). */
export function drawRates(random: Random): FaultRates {
  if (random.chance(CHANCE_OF_NO_FAULTS)) return {};
  const drawn = Object.entries(RATES).flatMap(([kind, rates]) =>
    random.chance(0.35) ? [[kind, random.pick(rates)]] : [],
  );
  return Object.fromEntries(drawn) as FaultRates;
}
