import { Injectable } from '@nestjs/common';
import type { Holder, OccurrenceId, TenantId } from '../../domain/ids';
import { ChangeFeed, type Change, type ChangeListener, type OpenFeed } from '../../store/change-feed';

/** What somebody follows: always one organization's. */
export type Subject = `${TenantId}|${OccurrenceId | Holder}`;

export const subjectOf = (tenantId: TenantId, id: OccurrenceId | Holder): Subject => `${tenantId}|${id}`;

/**
 * Brings what was committed, in whatever process, to those who follow it. One feed for the whole process, open while
 * anybody follows anything. A row is brought to followers of its own tenant only, for the tenant is part of what they
 * follow [T2].
 */
@Injectable()
export class LiveFeed implements ChangeListener {
  readonly #followers = new Map<Subject, Set<ChangeListener>>();
  #feed: Promise<OpenFeed> | null = null;

  constructor(private readonly changes: ChangeFeed) {}

  /** How many follow something; one date's watchers are one. */
  get followers(): number {
    let all = 0;
    for (const { size } of this.#followers.values()) all += size;
    return all;
  }

  /**
   * From the moment this resolves on no change is missed: what is read after it is a snapshot without a gap behind it.
   *
   * @returns how to stop following
   */
  async follow(subject: Subject, follower: ChangeListener): Promise<() => void> {
    const others = this.#followers.get(subject);
    if (others) others.add(follower);
    else this.#followers.set(subject, new Set([follower]));
    this.#feed ??= this.changes.open(this);
    const feed = this.#feed;
    try {
      await feed;
    } catch (error) {
      if (this.#feed === feed) this.#feed = null;
      this.#leave(subject, follower);
      throw error;
    }
    return () => this.#leave(subject, follower);
  }

  changed(change: Change): void {
    const { tenantId, occurrenceId, holder } = change;
    for (const id of [occurrenceId, holder]) {
      if (id === null) continue;
      for (const follower of this.#followers.get(subjectOf(tenantId, id)) ?? []) follower.changed(change);
    }
  }

  missed(): void {
    for (const followers of this.#followers.values()) for (const follower of followers) follower.missed();
  }

  /** Ends the feed, whoever follows; nothing is told any more. */
  async stop(): Promise<void> {
    this.#followers.clear();
    await this.#close();
  }

  #leave(subject: Subject, follower: ChangeListener): void {
    const followers = this.#followers.get(subject);
    followers?.delete(follower);
    if (followers?.size === 0) this.#followers.delete(subject);
    if (this.#followers.size === 0) void this.#close();
  }

  async #close(): Promise<void> {
    const feed = this.#feed;
    this.#feed = null;
    await feed?.then((open) => open.close()).catch(() => undefined);
  }
}
