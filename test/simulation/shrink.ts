import type { FaultKind, FaultRates } from './network';
import type { Call, Program } from './program';
import type { RunResult, Simulator } from './simulation';

/** What kind of promise was broken: the words before the first colon, without numbers. */
const kindOf = (violation: string): string => (violation.split(':')[0] ?? '').replace(/[0-9a-f]{24}|\d+/g, '#');

/**
 * The smallest run found that still breaks the same promise: calls and kinds of faults are left out one after the other
 * for as long as it does. The chances of everything else stay those of the seed.
 */
export async function shrink(simulator: Simulator, failed: RunResult): Promise<RunResult> {
  const kinds = new Set(failed.violations.map(kindOf));
  let smallest = failed;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const given of smaller(smallest)) {
      const result = await simulator.run(failed.seed, given);
      if (!result.violations.some((violation) => kinds.has(kindOf(violation)))) continue;
      smallest = result;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function* smaller({ program, rates }: RunResult): Generator<{ program: Program; rates: FaultRates }> {
  for (const kind of Object.keys(rates) as FaultKind[]) {
    const others = Object.entries(rates).filter(([name]) => name !== kind);
    yield { program, rates: Object.fromEntries(others) };
  }
  for (const [index, call] of program.calls.entries()) {
    const others = program.calls.filter((_, place) => place !== index);
    yield { rates, program: { calls: others } };
    for (const simpler of simplerThan(call)) yield { rates, program: { calls: program.calls.with(index, simpler) } };
  }
}

function simplerThan(call: Call): Call[] {
  return call.againAfter > 0 ? [{ ...call, againAfter: 0 }] : [];
}
