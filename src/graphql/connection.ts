import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';
import type { TenantId } from '../domain/ids';
import type { Page, PageRequest, TimePosition } from '../store/page';
import { type CursorPurpose, CursorWriter, decodeCursor } from './cursor';
import type { PageArgs } from './page.args';

@ObjectType({ description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field({ description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field({ description: 'Whether there is something before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first entry; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last entry: pass it as `after`.' })
  endCursor!: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Connection<Node> {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
}

/** The Relay connection of one noun: `class EventConnection extends connectionOf('Event', 'events', () => EventNode) {}`. */
export function connectionOf<Node>(name: string, plural: string, node: () => Type<Node>): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `One entry of a page of ${plural}.` })
  class NodeEdge implements Edge<Node> {
    @Field({ description: 'Where this entry lies in the list; opaque.' })
    cursor!: string;

    @Field(node, { description: 'The entry itself.' })
    node!: Node;
  }

  @ObjectType({ isAbstract: true })
  class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge], { description: 'The entries, in the order of the list.' })
    edges!: NodeEdge[];

    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    pageInfo!: PageInfo;
  }

  return NodeConnection;
}

/** One page asked for: as the store takes it, and what its cursors belong to. */
export interface CursorPage extends PageRequest<TimePosition> {
  readonly purpose: CursorPurpose;
}

/** @throws BadUserInputError at `after` for a cursor of another list, filter or organization. */
export function cursorPage(tenantId: TenantId, connection: string, args: PageArgs): CursorPage {
  const { first, after, ...filter } = args;
  const purpose: CursorPurpose = { tenantId, connection, filter };
  return { purpose, first, after: typeof after === 'string' ? decodeCursor(purpose, after) : null };
}

/** How one noun's rows become entries: the sort values of a row, and its node. */
export interface RowMapping<Item, Node> {
  position(item: Item): TimePosition;
  node(item: Item): Node;
}

/** Computes its cursor when somebody reads it: few documents ask for the cursors of a hundred entries. */
class Entry<Item, Node> implements Edge<Node> {
  constructor(
    readonly node: Node,
    private readonly item: Item,
    private readonly cursorOf: (item: Item) => string,
  ) {}

  get cursor(): string {
    return this.cursorOf(this.item);
  }
}

class Bounds implements PageInfo {
  constructor(
    private readonly edges: readonly Edge<unknown>[],
    readonly hasPreviousPage: boolean,
    readonly hasNextPage: boolean,
  ) {}

  get startCursor(): string | null {
    return this.edges[0]?.cursor ?? null;
  }

  get endCursor(): string | null {
    return this.edges.at(-1)?.cursor ?? null;
  }
}

export function toConnection<Item, Node>(
  request: CursorPage,
  page: Page<Item>,
  mapping: RowMapping<NoInfer<Item>, Node>,
): Connection<Node> {
  const cursors = new CursorWriter(request.purpose);
  const cursorOf = (item: Item): string => cursors.write(mapping.position(item));
  const edges = page.items.map((item) => new Entry(mapping.node(item), item, cursorOf));
  return { edges, pageInfo: new Bounds(edges, request.after !== null, page.hasNextPage) };
}

/** Lists in order of the id alone have no instant in their cursors. */
const NO_INSTANT = new Date(0);

export const positionById = ({ id }: { readonly id: string }): TimePosition => ({ startsAt: NO_INSTANT, id });

export const positionByStart = ({ startsAt, id }: TimePosition): TimePosition => ({ startsAt, id });
