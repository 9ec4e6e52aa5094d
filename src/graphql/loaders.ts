import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import DataLoader from 'dataloader';
import { finalize, type Observable } from 'rxjs';
import type { CalendarFeed } from '../domain/calendar-feed';
import type { Event } from '../domain/event';
import type {
  AccountId,
  CalendarFeedId,
  EventId,
  InvitationId,
  OccurrenceId,
  RegistrationId,
  TenantId,
  UserId,
} from '../domain/ids';
import type { Invitation } from '../domain/invitation';
import type { JournalRow } from '../domain/journal';
import type { Occurrence } from '../domain/occurrence';
import type { Organization } from '../domain/organization';
import type { Registration } from '../domain/registration';
import type { ViewerScope } from '../domain/scope';
import type { Account, User } from '../domain/user';
import {
  maySeeCalendarFeed,
  maySeeEvent,
  maySeeInvitation,
  maySeeOccurrence,
  maySeeRegistration,
  maySeeUser,
} from '../domain/visibility';
import { CachedMetadata } from '../store/cached-metadata';
import { JournalRepository } from '../store/journal.repository';
import { OccurrenceRepository } from '../store/occurrence.repository';
import { RegistrationRepository } from '../store/registration.repository';
import { contextOf } from './graphql-context';
import { PeopleRepositories } from './people-repositories';

/** One read for all that a request asks for at the same time; null for what does not exist for this viewer. */
export interface RequestLoaders {
  readonly events: DataLoader<EventId, Event | null>;
  /** The events of dates that the viewer has been shown. */
  readonly eventsOfDates: DataLoader<EventId, Event | null>;
  readonly occurrences: DataLoader<OccurrenceId, Occurrence | null>;
  readonly registrations: DataLoader<RegistrationId, Registration | null>;
  readonly users: DataLoader<UserId, User | null>;
  readonly invitations: DataLoader<InvitationId, Invitation | null>;
  readonly calendarFeeds: DataLoader<CalendarFeedId, CalendarFeed | null>;
  /** The viewer's own, and no other. */
  readonly accounts: DataLoader<AccountId, Account | null>;
  /** Those that the viewer's account belongs to. */
  readonly organizations: DataLoader<TenantId, Organization | null>;
  /** The viewer's own active registration for an occurrence. */
  readonly myRegistrations: DataLoader<OccurrenceId, Registration | null>;
  /** What happened to a registration that the viewer has been shown, in order. */
  readonly histories: DataLoader<Registration, readonly JournalRow[], RegistrationId>;
}

/** Hangs every loader on the request's scope object, so that none can ever serve two requests or two tenants [I3]. */
@Injectable()
export class Loaders {
  readonly #byScope = new WeakMap<ViewerScope, RequestLoaders>();

  constructor(
    private readonly metadata: CachedMetadata,
    private readonly occurrences: OccurrenceRepository,
    private readonly registrations: RegistrationRepository,
    private readonly people: PeopleRepositories,
    private readonly journal: JournalRepository,
  ) {}

  of(scope: ViewerScope): RequestLoaders {
    const known = this.#byScope.get(scope);
    if (known !== undefined) return known;
    const { actor } = scope;
    const made: RequestLoaders = {
      events: loader(
        (ids) => this.metadata.findEvents(scope, ids),
        (event) => maySeeEvent(actor, event),
      ),
      eventsOfDates: loader(
        (ids) => this.findEventsOfDates(scope, ids),
        (event) => maySeeEvent(actor, event),
      ),
      occurrences: loader(
        (ids) => this.occurrences.findManyById(scope, ids),
        (one) => maySeeOccurrence(actor, one),
      ),
      registrations: loader(
        (ids) => this.registrations.findManyById(scope, ids),
        (one) => maySeeRegistration(actor, one),
      ),
      users: loader(
        (ids) => this.people.users.findManyById(scope, ids),
        (user) => maySeeUser(actor, user),
      ),
      invitations: loader(
        (ids) => this.people.invitations.findManyById(scope, ids),
        () => maySeeInvitation(actor),
      ),
      calendarFeeds: loader(
        (ids) => this.people.calendarFeeds.findManyById(scope, ids),
        (feed) => maySeeCalendarFeed(actor, feed),
      ),
      accounts: loader((ids) =>
        Promise.all(ids.map(async (id) => (id === actor.accountId ? this.people.accounts.findById(id) : null))),
      ),
      organizations: loader((ids) => this.findOrganizations(scope, ids)),
      myRegistrations: loader((ids) => this.registrations.findManyOfUser(scope, actor.userId, ids)),
      histories: new DataLoader(
        (all) =>
          this.journal.histories(
            scope,
            all.map(({ id, version }) => ({ target: `registration:${id}`, version })),
          ),
        { cacheKeyFn: ({ id }) => id },
      ),
    };
    this.#byScope.set(scope, made);
    return made;
  }

  /**
   * Dates are read anew, their events from the cache: one that was published a moment ago, by another process, may still
   * be a draft there. Whoever sees a date sees its event, so what says otherwise is asked of the database, once for all.
   */
  private async findEventsOfDates(scope: ViewerScope, ids: readonly EventId[]): Promise<(Event | null)[]> {
    const { events } = this.of(scope);
    const known = await Promise.all(ids.map((id) => events.load(id)));
    const doubted = ids.filter((_, n) => known[n] === null);
    if (doubted.length === 0) return known;
    const anew = (await this.metadata.findEventsAnew(scope, doubted)).values();
    return known.map((event) => event ?? anew.next().value ?? null);
  }

  /** The one that the request acts in, without a further look; others where the account belongs to them. */
  private async findOrganizations(scope: ViewerScope, ids: readonly TenantId[]): Promise<(Organization | null)[]> {
    if (ids.every((id) => id === scope.tenantId)) {
      const own = await this.metadata.findOrganization(scope);
      return ids.map(() => own);
    }
    const account = await this.of(scope).accounts.load(scope.actor.accountId);
    return this.people.organizations.findManyOfMember([scope, ...(account?.memberships ?? [])], ids);
  }

  /** What was read before a mutation says nothing about the time after it. */
  forget(scope: ViewerScope): void {
    this.#byScope.delete(scope);
  }
}

const loader = <Id extends string, Row>(
  findMany: (ids: readonly Id[]) => Promise<(Row | null)[]>,
  visible: (row: Row) => boolean = () => true,
): DataLoader<Id, Row | null> =>
  new DataLoader<Id, Row | null>(async (ids) =>
    (await findMany(ids)).map((row) => (row !== null && visible(row) ? row : null)),
  );

/** After each mutation of a request, what comes next reads anew. */
@Injectable()
export class FreshReads implements NestInterceptor {
  constructor(private readonly loaders: Loaders) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      finalize(() => {
        const { scope } = contextOf(context);
        if (scope !== undefined) this.loaders.forget(scope);
      }),
    );
  }
}
