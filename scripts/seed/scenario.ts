import type { Clock } from '../../src/platform/clock';
import type { SeedIds } from './seed-ids';
import type { SeededPerson, SeedOrganization } from './seed-organization';

export const SIZES = ['small', 'medium', 'large'] as const;
export type Size = (typeof SIZES)[number];

export interface ScenarioContext {
  readonly ids: SeedIds;
  readonly now: Date;
  /** What the clock says: first queries ask for dates that are still to come. */
  readonly today: Date;
  /** Makes a slug or a mail domain this seed's own. */
  readonly label: (name: string) => string;
  readonly size: Size;
  readonly organizations: number | null;
  readonly users: number | null;
}

/** Something to try first, with what it will answer. */
export interface FirstQuery {
  readonly title: string;
  readonly as: SeededPerson;
  /** A whole document: ids are written into it, so that it can be pasted as it is. */
  readonly document: string;
  /** For a mutation: `__typename` of its result. */
  readonly answers: string | null;
}

export interface PlannedOrganization {
  readonly made: SeedOrganization;
  readonly firstQueries: readonly FirstQuery[];
}

/** Organization by organization, so that the largest scenario takes no more memory than one of them. */
export interface ScenarioPlan {
  readonly organizations: number;
  organization(n: number): PlannedOrganization;
}

export interface Scenario {
  /** The "now" of a first run without `--now`. */
  defaultNow(clock: Clock): Date;
  /** Whether `--size`, `--organizations` and `--users` say something to it. */
  readonly sized: boolean;
  plan(context: ScenarioContext): ScenarioPlan;
}

/** The "now" of the scenarios whose dates do not depend on the day of their making. */
export const FIXED_NOW = new Date('2027-01-04T00:00:00Z');

const WEEK_MS = 7 * 86_400_000;
/** A Monday. */
const SOME_MONDAY = Date.UTC(2027, 0, 4);

/** Monday, 00:00 UTC, of the clock's week: dates lie ahead, and all runs of one week agree. */
export const thisMonday = (clock: Clock): Date =>
  new Date(SOME_MONDAY + Math.floor((clock.now().getTime() - SOME_MONDAY) / WEEK_MS) * WEEK_MS);
