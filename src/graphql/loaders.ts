import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type GqlContextType, GqlExecutionContext } from '@nestjs/graphql';
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { finalize, type Observable } from 'rxjs';
import type { Event } from '../domain/event';
import type { EventId, OccurrenceId, RegistrationId, UserId } from '../domain/ids';
import type { Occurrence } from '../domain/occurrence';
import type { Registration } from '../domain/registration';
import type { ViewerScope } from '../domain/scope';
import type { User } from '../domain/user';
import { maySeeEvent, maySeeOccurrence, maySeeRegistration, maySeeUser } from '../domain/visibility';
import { EventRepository } from '../store/event.repository';
import { OccurrenceRepository } from '../store/occurrence.repository';
import { RegistrationRepository } from '../store/registration.repository';
import { UserRepository } from '../store/user.repository';
import { contextOf } from './graphql-context';

/** One read for all that a request asks for at the same time; null for what does not exist for this viewer. */
export interface RequestLoaders {
  readonly events: DataLoader<EventId, Event | null>;
  readonly occurrences: DataLoader<OccurrenceId, Occurrence | null>;
  readonly registrations: DataLoader<RegistrationId, Registration | null>;
  readonly users: DataLoader<UserId, User | null>;
  /** The viewer's own active registration for an occurrence. */
  readonly myRegistrations: DataLoader<OccurrenceId, Registration | null>;
}

/** Hangs every loader on the request's scope object, so that none can ever serve two requests or two tenants [I3]. */
@Injectable()
export class Loaders {
  readonly #byScope = new WeakMap<ViewerScope, RequestLoaders>();

  constructor(
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    private readonly registrations: RegistrationRepository,
    private readonly users: UserRepository,
  ) {}

  of(scope: ViewerScope): RequestLoaders {
    const known = this.#byScope.get(scope);
    if (known !== undefined) return known;
    const { actor } = scope;
    const made: RequestLoaders = {
      events: loader(
        (ids) => this.events.findManyById(scope, ids),
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
        (ids) => this.users.findManyById(scope, ids),
        (user) => maySeeUser(actor, user),
      ),
      myRegistrations: loader((ids) => this.registrations.findManyOfUser(scope, actor.userId, ids)),
    };
    this.#byScope.set(scope, made);
    return made;
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
    if (context.getType<GqlContextType>() !== 'graphql') return next.handle();
    const { operation } = GqlExecutionContext.create(context).getInfo<GraphQLResolveInfo>();
    if (operation.operation !== 'mutation') return next.handle();
    return next.handle().pipe(
      finalize(() => {
        const { scope } = contextOf(context);
        if (scope !== undefined) this.loaders.forget(scope);
      }),
    );
  }
}
