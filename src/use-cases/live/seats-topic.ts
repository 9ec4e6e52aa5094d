import { setTimeout as sleep } from 'node:timers/promises';
import type { Occurrence } from '../../domain/occurrence';
import type { ChangeListener } from '../../store/change-feed';
import type { Latest } from './latest';

/** How one occurrence stands; null: there is none. */
export type SeatsRead = () => Promise<Occurrence | null>;

export interface TopicSettings {
  /** Starts to follow the occurrence's changes; resolves when none is missed any more. */
  readonly follow: (follower: ChangeListener) => Promise<() => void>;
  readonly read: SeatsRead;
  readonly onReadFailed: (error: unknown) => void;
  /** Called when the last listener has left. */
  readonly onEmpty: () => void;
}

const RETRY_MS = 500;

/**
 * One occurrence and everybody of its tenant who watches it: however many changes come and however many watch, one read
 * is under way at most, and one more after it. Each listener decides what it may see of what was read.
 */
export class SeatsTopic implements ChangeListener {
  readonly #listeners = new Set<Latest<Occurrence | null>>();
  #following: Promise<() => void> | null = null;
  #stale = false;
  #reading = false;

  constructor(private readonly settings: TopicSettings) {}

  /** Follows first and reads then, so that no change falls in between. */
  async join(listener: Latest<Occurrence | null>): Promise<void> {
    this.#listeners.add(listener);
    this.#following ??= this.settings.follow(this);
    await this.#following;
    this.changed();
  }

  leave(listener: Latest<Occurrence | null>): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    this.settings.onEmpty();
    this.#following?.then((unfollow) => unfollow()).catch(() => undefined);
  }

  changed(): void {
    this.#stale = true;
    if (!this.#reading) void this.#readUntilFresh();
  }

  missed(): void {
    this.changed();
  }

  async #readUntilFresh(): Promise<void> {
    this.#reading = true;
    while (this.#stale && this.#listeners.size > 0) {
      this.#stale = false;
      // Whoever joins while the read is under way gets the next one.
      const listeners = [...this.#listeners];
      try {
        const occurrence = await this.settings.read();
        for (const listener of listeners) listener.put(occurrence);
      } catch (error) {
        this.settings.onReadFailed(error);
        this.#stale = true;
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
    this.#reading = false;
  }
}
