import { type Facts, factsOf, factsOfTheDay, LOOK_AROUND, type Surroundings } from '../../web/explorer/facts';
import { dataOf } from './client';
import type { TestService } from './service';

/** What the explorer page would look up, now. */
export async function factsFor(service: TestService, token: string): Promise<Facts> {
  const surroundings = dataOf(await service.ask<Surroundings>(LOOK_AROUND, {}, token));
  return { ...factsOfTheDay(service.clock.now()), ...factsOf(surroundings) };
}
