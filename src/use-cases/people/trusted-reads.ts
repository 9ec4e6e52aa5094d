import { Clock, isWithin } from '../../platform/clock';
import { LruCache } from '../../platform/lru-cache';

/**
 * How long this process may go on trusting what it last read about a session, a user or an organization, milliseconds:
 * the bound within which the tokens of an ended session, a removed user or an archived organization stop working and a
 * changed role counts [J7, T17].
 */
export const TRUST_MS = 2_000;
const REMEMBERED = 10_000;
/** As many as one find asks for: what is left waits for the next read. */
const RENEWED_AT_ONCE = 499;

interface Kept<Answer> {
  readonly answer: Promise<Answer>;
  readonly since: number;
}

const isNo = (said: unknown): boolean => said === null || said === false;
const nothing = (): void => undefined;

/**
 * What was read a moment ago, by key. Requests that arrive together share one read; only a "yes" is kept beyond it. A "no",
 * which is `null` or `false`, is asked for again: whoever has just been let in is not to wait for it to be forgotten.
 *
 * `TOGETHER`: for reads that share one round trip with whatever is read at the same moment. What was relied on in the second
 * half of its time will be relied on again, so the first read that is due takes those along: a busy process reads for all of
 * its people about once a second instead of for each of them.
 */
export class TrustedReads<Answer> {
  readonly #reads = new LruCache<string, Kept<Answer>>(REMEMBERED);
  /** Relied on, and due before long. */
  readonly #ageing = new Map<string, () => Promise<Answer>>();

  constructor(
    private readonly clock: Clock,
    private readonly renewed: 'EACH' | 'TOGETHER' = 'EACH',
  ) {}

  get(key: string, read: () => Promise<Answer>): Promise<Answer> {
    const now = this.clock.now().getTime();
    const known = this.#reads.get(key);
    if (known !== undefined && isWithin(now, known.since, TRUST_MS)) {
      if (this.renewed === 'TOGETHER' && now - known.since >= TRUST_MS / 2) this.#ageing.set(key, read);
      return known.answer;
    }
    this.#ageing.delete(key);
    const answer = this.readNow(key, read, now);
    this.renewOthers(now);
    return answer;
  }

  forget(key: string): void {
    this.#ageing.delete(key);
    this.#reads.delete(key);
  }

  private readNow(key: string, read: () => Promise<Answer>, now: number): Promise<Answer> {
    const answer = read();
    this.#reads.set(key, { answer, since: now });
    // Only itself: somebody may have read again meanwhile.
    const forget = (): void => {
      if (this.#reads.get(key)?.answer === answer) this.forget(key);
    };
    // A read that failed says nothing: the next request tries again.
    answer.then((said) => {
      if (isNo(said)) forget();
    }, forget);
    return answer;
  }

  /** Until the answer is there, and where none comes, the one from before counts for as long as it would have. */
  private renewOthers(now: number): void {
    let left = RENEWED_AT_ONCE;
    for (const [key, read] of this.#ageing) {
      if (left === 0) return;
      left -= 1;
      this.#ageing.delete(key);
      const before = this.#reads.get(key);
      if (before !== undefined) void read().then((said) => this.renew(key, before, { said, since: now }), nothing);
    }
  }

  private renew(key: string, before: Kept<Answer>, { said, since }: { said: Answer; since: number }): void {
    // Forgotten or read again meanwhile.
    if (this.#reads.get(key) !== before) return;
    if (isNo(said)) this.#reads.delete(key);
    else this.#reads.set(key, { answer: Promise.resolve(said), since });
  }
}
