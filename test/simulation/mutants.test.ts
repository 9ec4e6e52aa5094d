import { MUTANTS } from './mutants';
import { shrink } from './shrink';
import { Simulator, type RunResult } from './simulation';

jest.setTimeout(300_000);

/** The shyest of them shows itself in one of a few hundred schedules. */
const LIMIT = 3_000;

it.each(MUTANTS)('is noticed: $name', async ({ slot, found }) => {
  const failed = await firstFailure(new Simulator(slot), found);
  expect(failed?.violations).toContainEqual(expect.stringMatching(found));
});

it('a run that fails is shrunk to one that still does, with fewer calls', async () => {
  const [mutant] = MUTANTS;
  if (!mutant) throw new Error('there are mutants');
  const simulator = new Simulator(mutant.slot);
  const failed = await firstFailure(simulator, mutant.found);
  if (!failed) throw new Error('it is noticed');
  const smallest = await shrink(simulator, failed);
  expect(smallest.violations).toContainEqual(expect.stringMatching(mutant.found));
  expect(smallest.program.calls.length).toBeLessThan(failed.program.calls.length);
});

async function firstFailure(simulator: Simulator, found: RegExp): Promise<RunResult | null> {
  for (let seed = 1; seed <= LIMIT; seed += 1) {
    const result = await simulator.run(seed);
    if (result.violations.some((violation) => found.test(violation))) return result;
  }
  return null;
}
