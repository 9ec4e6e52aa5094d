import { Clock, isWithin } from '../../platform/clock';
import { LruCache } from '../../platform/lru-cache';

/**
 * How long this process may go on trusting what it last read about a session, a user or an organization, milliseconds:
 * the bound within which the tokens of an ended session, a removed user or an archived organization stop working and a
 * changed role counts [J7, T17].
 */
export const TRUST_MS = 2_000;
const REMEMBERED = 10_000;

/**
 * What was read a moment ago, by key. Requests that arrive together share one read; only a "yes" is kept beyond it. A "no",
 * which is `null` or `false`, is asked for again: whoever has just been let in is not to wait for it to be forgotten.
 */
export class TrustedReads<Answer> {
  readonly #reads = new LruCache<string, { readonly answer: Promise<Answer>; readonly since: number }>(REMEMBERED);

  constructor(private readonly clock: Clock) {}

  get(key: string, read: () => Promise<Answer>): Promise<Answer> {
    const now = this.clock.now().getTime();
    const known = this.#reads.get(key);
    if (known !== undefined && isWithin(now, known.since, TRUST_MS)) return known.answer;
    const answer = read();
    this.#reads.set(key, { answer, since: now });
    const forget = (): void => this.forget(key);
    // A read that failed says nothing: the next request tries again.
    answer.then((said) => {
      if (said === null || said === false) forget();
    }, forget);
    return answer;
  }

  forget(key: string): void {
    this.#reads.delete(key);
  }
}
