import { Simulator } from './simulation';
import { NOTHING_YET, tallyOf, together, type Tally } from './tally';

/** Runs so many seeds and says what they come to. */
export async function runSchedules(from: number, count: number): Promise<Tally> {
  const simulator = new Simulator();
  let tally = NOTHING_YET;
  for (let seed = from; seed < from + count; seed += 1) tally = together(tally, tallyOf(await simulator.run(seed)));
  return tally;
}
