import type { OccurrenceEdit, OccurrenceFields } from '../../domain/booking/edit';
import { RefusedError } from '../../domain/errors';
import type { Event } from '../../domain/event';
import type { OccurrenceId } from '../../domain/ids';
import type { KeptMember } from '../../domain/kept-member';
import type { Occurrence, OverridableField } from '../../domain/occurrence';
import { MAX_LISTED } from '../../domain/refusals';
import { planSeriesChange, type SeriesPlan } from '../../domain/series-change';
import type { RegistrationCount } from '../../store/registration.repository';
import type { RegisteredDate } from './move-dates';
import { newOccurrence, rulesOf } from './new-occurrence';

export interface EventEdit {
  readonly before: Event;
  readonly after: Event;
  /** Fields in which single occurrences lose what was set on them alone [B4]. */
  readonly resets: ReadonlySet<OverridableField>;
  /** Whether start, zone, rule or length may change for the dates. */
  readonly reschedules: boolean;
  /** All dates but those long over. */
  readonly stored: readonly Occurrence[];
  readonly counts: ReadonlyMap<OccurrenceId, RegistrationCount>;
  readonly now: Date;
}

export interface PlannedEdit {
  /** With the epoch and horizon that the plan gives it. */
  readonly after: Event;
  readonly occurrences: readonly OccurrenceEdit[];
  readonly create: readonly Occurrence[];
  readonly registered: readonly RegisteredDate[];
}

/**
 * What an edit of a whole event does to its dates; those that have begun stay as they are [B2].
 *
 * @throws RefusedError DATES_WITH_REGISTRATIONS, EVENT_HAS_REGISTRATIONS
 */
export function planEventEdit(edit: EventEdit): PlannedEdit {
  const { before, stored, now } = edit;
  requirePolicyFree(edit);
  const plan = edit.reschedules ? reschedule(edit) : null;
  const after = plan
    ? { ...edit.after, epoch: before.epoch + (plan.newEpoch ? 1 : 0), horizonAt: plan.horizonAt }
    : edit.after;
  const kept = new Map(plan?.keep.map((member) => [member.id, member]));
  const occurrences: OccurrenceEdit[] = [];
  const registered: RegisteredDate[] = [];
  for (const date of stored.filter(({ id, startsAt }) => startsAt > now && (plan === null || kept.has(id)))) {
    const member = kept.get(date.id);
    const isOpen = date.status !== 'CANCELLED';
    const set = {
      ...(member ? rescheduled(date, member, after) : {}),
      ...(isOpen ? following(date, after, edit) : {}),
    };
    if (Object.keys(set).length > 0) occurrences.push({ id: date.id, set });
    const active = comingTo(date, edit.counts);
    if (member?.moves && active > 0) registered.push({ id: date.id, timeV: date.timeV, active });
  }
  return {
    after,
    occurrences: [...occurrences, ...goneFrom(plan)],
    create: plan?.create.map((member) => newOccurrence(after, member)) ?? [],
    registered,
  };
}

/** How many registrations have to be looked after. Those of a date that was called off are gone, or about to be [B10]. */
const comingTo = ({ id, status }: Occurrence, counts: EventEdit['counts']): number =>
  status === 'CANCELLED' ? 0 : (counts.get(id)?.active ?? 0);

/** Locks of registrations that exist would not be those of the new policy. */
function requirePolicyFree({ before, after, stored, counts, now }: EventEdit): void {
  if (after.conflictPolicy === before.conflictPolicy) return;
  const isTaken = stored.some((date) => date.startsAt > now && comingTo(date, counts) > 0);
  if (isTaken) throw new RefusedError({ code: 'EVENT_HAS_REGISTRATIONS' });
}

function reschedule({ before, after, resets, stored, counts, now }: EventEdit): SeriesPlan {
  const plan = planSeriesChange({
    from: before,
    to: after,
    stored: stored.map((date) => ({
      ...date,
      hasRegistrationHistory: counts.has(date.id),
      activeRegistrations: comingTo(date, counts),
    })),
    epoch: before.epoch,
    now,
    resetOverrides: resets.has('startsAtLocal'),
  });
  const { blocked } = plan;
  if (blocked.length === 0) return plan;
  const occurrenceIds = blocked.slice(0, MAX_LISTED);
  throw new RefusedError({ code: 'DATES_WITH_REGISTRATIONS', occurrenceIds, total: blocked.length });
}

/** Its place in the new series: also a cancelled date follows, so that the rule does not bring it back [B9]. */
function rescheduled(date: Occurrence, member: KeptMember, { epoch, timezone }: Event): OccurrenceFields {
  const { recurrenceId, startsAtLocal, dstAdjusted, startsAt, endsAt } = member;
  const changed = differing(date, { epoch, recurrenceId, timezone, startsAtLocal, dstAdjusted });
  return member.moves ? { ...changed, startsAt, endsAt } : changed;
}

/** The fields that follow the event, but for those that were set on the date alone. */
function following(date: Occurrence, after: Event, { before, resets }: EventEdit): OccurrenceFields {
  const overridden = date.overriddenFields.filter((field) => !resets.has(field));
  const hasLost = (field: OverridableField): boolean => resets.has(field) && date.overriddenFields.includes(field);
  const { maxSeats, conflictPolicy } = rulesOf(after);
  const rulesDiffer = date.rules.maxSeats !== maxSeats || date.rules.conflictPolicy !== conflictPolicy;
  const rulesEdited =
    after.maxSeatsPerRegistration !== before.maxSeatsPerRegistration || after.conflictPolicy !== before.conflictPolicy;
  return {
    ...(overridden.includes('capacity') ? {} : differing(date, { capacity: after.capacity })),
    ...(rulesEdited && rulesDiffer ? { rules: { ...date.rules, maxSeats, conflictPolicy } } : {}),
    ...(hasLost('name') ? { name: null } : {}),
    ...(hasLost('description') ? { description: null } : {}),
    ...(overridden.length < date.overriddenFields.length ? { overriddenFields: overridden } : {}),
  };
}

function differing(date: Occurrence, fields: OccurrenceFields): OccurrenceFields {
  return Object.fromEntries(
    Object.entries(fields).filter(([field, value]) => date[field as keyof Occurrence] !== value),
  );
}

function goneFrom(plan: SeriesPlan | null): OccurrenceEdit[] {
  if (plan === null) return [];
  return [
    ...plan.drop.map((id): OccurrenceEdit => ({ id, set: {}, remove: true })),
    ...plan.cancel.map((id): OccurrenceEdit => ({ id, set: { status: 'CANCELLED' } })),
  ];
}
