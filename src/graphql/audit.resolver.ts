import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { NotFoundError } from '../domain/errors';
import type { JournalRow } from '../domain/journal';
import { actorKey, actorOfKey, type ViewerScope } from '../domain/scope';
import { JournalRepository } from '../store/journal.repository';
import {
  AuditActorNode,
  AuditEntryConnection,
  AuditEntryNode,
  AuditLogArgs,
  HistoryArgs,
  targetOf,
  toAuditEntryNode,
} from './audit.types';
import { Requires } from './auth.guard';
import { cursorPage, toConnection } from './connection';
import { decodeId, noSuch, parseId } from './global-id';
import { CurrentScope } from './graphql-context';
import { Loaders } from './loaders';
import { NodeResolver } from './node.resolver';
import { checkedRange } from './range';
import { RegistrationNode } from './registration.types';
import { toUserNode } from './user.types';

const newestFirst = {
  position: ({ at: startsAt, id }: JournalRow) => ({ startsAt, id }),
  node: toAuditEntryNode,
};

/** Who did what: the journal, as people read it [N7, N8]. */
@Resolver(() => AuditEntryNode)
export class AuditResolver {
  constructor(
    private readonly journal: JournalRepository,
    private readonly nodes: NodeResolver,
    private readonly loaders: Loaders,
  ) {}

  @Query(() => AuditEntryConnection, {
    description:
      'What was changed in the organization, and by whom, the newest first. Entries are kept for 400 days unless the service is configured otherwise.',
  })
  @Requires('audit.read')
  async auditLog(@Args() args: AuditLogArgs, @CurrentScope() scope: ViewerScope): Promise<AuditEntryConnection> {
    const page = cursorPage(scope.tenantId, 'Query.auditLog', args);
    const { targetId, actorUserId, types, range } = args.filter ?? {};
    const found = await this.journal.auditPage(scope, {
      target: await this.target(scope, targetId),
      actor: await this.actorOf(scope, actorUserId),
      types,
      range: range ? checkedRange(range, 'filter.range') : null,
      ...page,
    });
    return toConnection(page, found, newestFirst);
  }

  @ResolveField(() => AuditActorNode, { description: 'Who did it.' })
  async actor(@Parent() { record }: AuditEntryNode, @CurrentScope() scope: ViewerScope): Promise<AuditActorNode> {
    const actor = actorOfKey(record.actor);
    if ('system' in actor) return { user: null, system: actor.system };
    const user = await this.loaders.of(scope).users.load(actor.userId);
    return { user: user && toUserNode(user), system: null };
  }

  /** What is gone is still known by what happened to it; an id that nothing ever happened to leads nowhere. */
  private async target(scope: ViewerScope, given: string | null | undefined): Promise<string | null> {
    if (given === undefined || given === null) return null;
    const decoded = parseId(given);
    const target = decoded && targetOf(decoded.type, decoded.id);
    if (target === null) throw new NotFoundError('target');
    const [row] = await this.journal.history(scope, target, 1);
    if (row === undefined && (await this.nodes.node(given, scope)) === null) throw new NotFoundError('target');
    return target;
  }

  private async actorOf(scope: ViewerScope, given: string | null | undefined): Promise<string | null> {
    if (given === undefined || given === null) return null;
    const userId = decodeId('User', given);
    const user = await this.loaders.of(scope).users.load(userId);
    if (user === null) throw noSuch('User');
    return actorKey({ kind: 'user', userId, accountId: user.accountId, role: user.role });
  }
}

@Resolver(() => RegistrationNode)
export class RegistrationHistoryResolver {
  constructor(private readonly loaders: Loaders) {}

  @ResolveField(() => [AuditEntryNode], {
    description:
      'What happened to it, in order: its last changes, as far as entries are kept (400 days unless configured otherwise).',
  })
  async history(
    @Parent() { record }: RegistrationNode,
    @Args() { first }: HistoryArgs,
    @CurrentScope() scope: ViewerScope,
  ): Promise<AuditEntryNode[]> {
    const rows = await this.loaders.of(scope).histories.load(record);
    return rows.slice(-first).map(toAuditEntryNode);
  }
}
