import { Injectable } from '@nestjs/common';
import { ForbiddenError } from '../../domain/errors';
import { holderOfUser, type RegistrationId } from '../../domain/ids';
import { FAR_FUTURE } from '../../domain/occurrence';
import { allows } from '../../domain/permissions';
import { REGISTRATION_STATUSES, type Registration } from '../../domain/registration';
import type { ViewerScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { LruCache } from '../../platform/lru-cache';
import type { Change, ChangeListener } from '../../store/change-feed';
import { RegistrationRepository } from '../../store/registration.repository';
import { Latest } from './latest';
import { LiveFeed, subjectOf } from './live-feed';
import { isOf, untilAnswered, type Listener, type LiveMessage, type Watch } from './watch';

/** All of a person's registrations that matter now, or one that has just changed. */
export type RegistrationNews =
  | { readonly kind: 'snapshot'; readonly registrations: readonly Registration[]; readonly hasMore: boolean }
  | { readonly kind: 'change'; readonly registration: Registration };

/** More than one person has ahead; a snapshot says when it was cut. */
export const MAX_IN_SNAPSHOT = 100;
/** A listener that is further behind gets a snapshot instead of so many changes. */
const MAX_PENDING = 100;
const ACTIVE = REGISTRATION_STATUSES.filter((status) => status !== 'CANCELLED');

/** A person's own registrations: how they stand, then each that changes, whoever changed it in whichever process. */
@Injectable()
export class WatchRegistrations {
  constructor(
    private readonly feed: LiveFeed,
    private readonly registrations: RegistrationRepository,
    private readonly clock: Clock,
  ) {}

  async execute(listener: Listener): Promise<Watch<RegistrationNews>> {
    const { tenantId, actor } = await listener();
    const watch = new RegistrationsWatch(listener, {
      all: (scope) => this.readAll(scope),
      some: (scope, ids) => this.readSome(scope, ids),
    });
    const unfollow = await this.feed.follow(subjectOf(tenantId, holderOfUser(actor.userId)), watch);
    watch.onClose(unfollow);
    return watch;
  }

  private async readAll(scope: ViewerScope): Promise<RegistrationNews & { kind: 'snapshot' }> {
    const page = await this.registrations.pageOfHolder(scope, holderOfUser(scope.actor.userId), {
      statuses: ACTIVE,
      range: { from: this.clock.now(), to: FAR_FUTURE },
      first: MAX_IN_SNAPSHOT,
      after: null,
    });
    return { kind: 'snapshot', registrations: page.items.filter(ownOf(scope)), hasMore: page.hasNextPage };
  }

  private async readSome(scope: ViewerScope, ids: readonly RegistrationId[]): Promise<Registration[]> {
    const found = await this.registrations.findManyById(scope, ids);
    return found.filter((registration) => registration !== null).filter(ownOf(scope));
  }
}

const ownOf =
  (scope: ViewerScope) =>
  (registration: Registration): boolean =>
    isOf(scope, registration) && registration.userId === scope.actor.userId;

interface Reads {
  readonly all: (scope: ViewerScope) => Promise<RegistrationNews & { kind: 'snapshot' }>;
  readonly some: (scope: ViewerScope, ids: readonly RegistrationId[]) => Promise<Registration[]>;
}

class RegistrationsWatch implements Watch<RegistrationNews>, ChangeListener {
  readonly #woken = new Latest<true>();
  readonly #changed = new Set<RegistrationId>();
  /** What was read and not told yet. */
  readonly #ready: RegistrationNews[] = [];
  /** Versions that were told: nothing older is, and nothing twice. */
  readonly #told = new LruCache<RegistrationId, number>(4 * MAX_IN_SNAPSHOT);
  #needsSnapshot = false;
  #unfollow: () => void = () => undefined;

  constructor(
    private readonly listener: Listener,
    private readonly reads: Reads,
  ) {
    this.missed();
  }

  onClose(unfollow: () => void): void {
    if (this.#woken.closed) unfollow();
    else this.#unfollow = unfollow;
  }

  changed({ registrationId }: Change): void {
    if (registrationId === null) return;
    this.#changed.add(registrationId);
    if (this.#changed.size > MAX_PENDING) return this.missed();
    this.#woken.put(true);
  }

  missed(): void {
    this.#needsSnapshot = true;
    this.#changed.clear();
    this.#woken.put(true);
  }

  async next(): Promise<LiveMessage<RegistrationNews> | null> {
    for (;;) {
      if (this.#ready.length === 0 && (await this.#woken.take()) === null) return null;
      const scope = await untilAnswered(
        () => this.#refresh(),
        () => this.#woken.closed,
      );
      if (scope === null) return null;
      const value = this.#ready.shift();
      if (value !== undefined) return { scope, value };
    }
  }

  close(): void {
    this.#woken.close();
    this.#unfollow();
    this.#unfollow = () => undefined;
  }

  /** Who listens, as of now; reads what they do not know yet, unless something waits to be told. */
  async #refresh(): Promise<ViewerScope> {
    const scope = await this.listener();
    if (!allows(scope.actor.role, 'registration.own')) throw new ForbiddenError();
    if (!this.#needsSnapshot && this.#ready.length > 0) return scope;
    try {
      await this.#read(scope);
    } catch (error) {
      this.#needsSnapshot = true;
      throw error;
    }
    return scope;
  }

  async #read(scope: ViewerScope): Promise<void> {
    const ids = [...this.#changed];
    this.#changed.clear();
    if (this.#needsSnapshot) {
      this.#needsSnapshot = false;
      const news = await this.reads.all(scope);
      for (const { id, version } of news.registrations) this.#told.set(id, version);
      // What waited was read before: the snapshot says it better.
      this.#ready.splice(0, Infinity, news);
      return;
    }
    for (const registration of await this.reads.some(scope, ids)) {
      if (registration.version <= (this.#told.get(registration.id) ?? 0)) continue;
      this.#told.set(registration.id, registration.version);
      this.#ready.push({ kind: 'change', registration });
    }
  }
}
