import { ArgsType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { fieldChanges, type FieldChange } from '../domain/field-changes';
import type { UserId } from '../domain/ids';
import type { AuditType, JournalRow } from '../domain/journal';
import { AuditTargetKindEnum, AuditTypeEnum, type AuditTargetKind } from './audit.enums';
import { connectionOf } from './connection';
import { encodeAuditEntryId, encodeId, type IdOf, type NodeTypeName } from './global-id';
import { AtMost, Checked, Nested, Optional, PageSize } from './input-rules';
import { pageArgs } from './page.args';
import { InstantRangeInput } from './range.types';
import { DateTimeScalar } from './scalars';
import { UserNode } from './user.types';

@ObjectType('AuditTarget', { description: 'What something happened to.' })
export class AuditTargetNode {
  @Field(() => AuditTargetKindEnum, { description: 'What kind of thing.' })
  kind!: AuditTargetKind;

  @Field(() => ID, {
    nullable: true,
    description: 'Its id, also of what is gone by now; null for what has none on the wire.',
  })
  id!: string | null;
}

@ObjectType('AuditActor', {
  description: 'Who did something: a user, or the service itself. Both null where the viewer may not see who it was.',
})
export class AuditActorNode {
  @Field(() => UserNode, { nullable: true, description: 'The user, also one who was removed since.' })
  user!: UserNode | null;

  @Field(() => String, { nullable: true, description: 'The name of the job or step of the service that did it.' })
  system!: string | null;
}

@ObjectType('AuditChange', { description: 'One field of a change; values are texts.' })
export class AuditChangeNode implements FieldChange {
  @Field({ description: 'Which field, as where it is set; a part of one after a dot: `recurrence.rrule`.' })
  field!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What it was; null: it had no value, or the change has no earlier one.',
  })
  before!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What it is: texts as they are, numbers in digits, instants in RFC 3339, ids as everywhere, lists joined by `, `; null: no value.',
  })
  after!: string | null;
}

@ObjectType('AuditEntry', { description: 'One change of one thing, written together with the change, once.' })
export class AuditEntryNode {
  /** What it was made from; not on the wire. */
  readonly record!: JournalRow;

  @Field(() => ID, { description: 'Opaque; names this entry.' })
  id!: string;

  @Field(() => AuditTypeEnum, { description: 'What happened.' })
  type!: AuditType;

  @Field(() => AuditTargetNode, { description: 'What it happened to.' })
  target!: AuditTargetNode;

  @Field(() => Int, { description: 'Counts the changes of the target, from 1: this one included.' })
  version!: number;

  @Field({
    description: 'Ties it to the request, its log lines and its other entries; `work-…` is work that was left.',
  })
  requestId!: string;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  happenedAt!: Date;

  @Field(() => [AuditChangeNode], {
    description: 'Which fields it set, with what they were before, and facts of the change itself. Never a secret.',
  })
  changes!: AuditChangeNode[];
}

@ObjectType('AuditEntryConnection', { description: 'A page of the audit log.' })
export class AuditEntryConnection extends connectionOf('AuditEntry', 'audit entries', () => AuditEntryNode) {}

@InputType({ description: 'Which entries; what is left out does not matter.' })
export class AuditLogFilter {
  @Field(() => ID, {
    nullable: true,
    description:
      'Only what happened to this event, occurrence, registration, user, invitation, calendar feed or organization. What was deleted is found by its id as well.',
  })
  @Checked()
  targetId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only what this user did.' })
  @Checked()
  actorUserId?: string | null;

  @Field(() => [AuditTypeEnum], { nullable: true, description: 'Only what is one of these; 30 at most.' })
  @Optional()
  @AtMost(30)
  types?: AuditType[] | null;

  @Field(() => InstantRangeInput, { nullable: true, description: 'Only what happened in this range.' })
  @Nested(() => InstantRangeInput)
  range?: InstantRangeInput | null;
}

@ArgsType()
export class AuditLogArgs extends pageArgs(20) {
  @Field(() => AuditLogFilter, { nullable: true, description: 'Which entries.' })
  @Nested(() => AuditLogFilter)
  filter?: AuditLogFilter | null;
}

@ArgsType()
export class HistoryArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many changes, 1 to 100: the last ones.' })
  @PageSize()
  first!: number;
}

/** What a target's noun is on the wire; a type of node where it has ids there. */
const KINDS: Readonly<Record<string, readonly [AuditTargetKind, NodeTypeName | null]>> = {
  organization: ['ORGANIZATION', 'Organization'],
  user: ['USER', 'User'],
  invitation: ['INVITATION', 'Invitation'],
  event: ['EVENT', 'Event'],
  occurrence: ['OCCURRENCE', 'Occurrence'],
  registration: ['REGISTRATION', 'Registration'],
  calendarFeed: ['CALENDAR_FEED', 'CalendarFeed'],
  email: ['EMAIL', null],
  identity: ['IDENTITY', null],
  session: ['SESSION', null],
};

/** Under which name the journal knows a node; null: it knows none of its kind. */
export function targetOf<Name extends NodeTypeName>(type: Name, id: IdOf[Name]): string | null {
  const [noun] = Object.entries(KINDS).find(([, [, nodeType]]) => nodeType === type) ?? [];
  return noun === undefined ? null : `${noun}:${id}`;
}

/** Fields of changes that are ids. */
const ID_FIELDS: Readonly<Record<string, NodeTypeName>> = {
  eventId: 'Event',
  occurrenceId: 'Occurrence',
  userId: 'User',
  ownerUserId: 'User',
  holder: 'User',
  replacedBy: 'Invitation',
};

const wireId = (type: NodeTypeName, id: string): string => encodeId(type, id as UserId & IdOf[NodeTypeName]);

function toChangeNode({ field, before, after }: FieldChange): AuditChangeNode {
  const type = ID_FIELDS[field];
  const onWire = (value: string | null): string | null =>
    type === undefined || value === null ? value : wireId(type, value.replace(/^u:/, ''));
  return { field, before: onWire(before), after: onWire(after) };
}

export function toAuditEntryNode(row: JournalRow): AuditEntryNode {
  const [noun = '', id = ''] = row.target.split(':');
  const known = KINDS[noun];
  if (known === undefined) throw new Error(`nobody has said what ${noun} is in the audit log`);
  const [kind, nodeType] = known;
  return {
    record: row,
    id: encodeAuditEntryId(row.id),
    type: row.type as AuditType,
    target: { kind, id: nodeType && wireId(nodeType, id) },
    version: row.version,
    requestId: row.requestId,
    happenedAt: row.at,
    changes: fieldChanges(row).map(toChangeNode),
  };
}
