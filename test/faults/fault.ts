import type { Lab } from './lab';
import type { Load } from './load';
import type { Entry } from './history';
import type { Manner } from './services';
import type { Program } from '../support/programs';
import type { Tenant } from './world';

/** What a fault has at hand while load runs. */
export interface Scene {
  readonly lab: Lab;
  readonly load: Load;
  /** Those that the load works on; what a fault adds is checked as well. */
  readonly tenants: Tenant[];
  /** When the dates are, `2031-03`. */
  readonly month: string;
  readonly random: () => number;
  /** How long a fault that has no length of its own lasts, milliseconds. */
  readonly holdMs: number;
  /** One more time that something was broken. */
  readonly injected: (times?: number) => void;
  /** A figure or a fact for the table. */
  readonly note: (text: string) => void;
  /** What §4 of `reliability.md` expects and did not happen. */
  readonly missed: (text: string) => void;
}

/** What was seen from outside. */
export interface Observed {
  readonly entries: readonly Entry[];
  /** Monotonic milliseconds. */
  readonly began: number;
  readonly ended: number;
  readonly unavailableMs: number;
  readonly recoveryMs: number;
  /** Acknowledgements per second before the fault. */
  readonly normal: number;
}

/** One row of the table. */
export interface Fault {
  /** As in §4 of `reliability.md`. */
  readonly kind: string;
  readonly name: string;
  readonly expected: string;
  /** Part of the short run in CI. */
  readonly quick?: true;
  /** What has to be on the machine for it. */
  readonly needs?: readonly Program[];
  /** How both processes are started for it; left out: as always. */
  readonly manner?: (lab: Lab) => Manner;
  /** How long another process may be behind with metadata while it lasts; left out: as without a fault. */
  readonly staleMs?: number;
  /** Breaks something, waits, and mends it: what it resolves with is the fault's end. */
  inject(scene: Scene): Promise<void>;
  /** Lists what §4 expects and was not seen. Times count only on a machine of one's own. */
  expects?(observed: Observed): readonly string[];
}

/** The longest gap between two acknowledged writes that is accepted, milliseconds. */
export const availableWithin =
  (ms: number) =>
  ({ unavailableMs }: Observed): readonly string[] =>
    unavailableMs <= ms ? [] : [`unavailable for ${Math.round(unavailableMs)} ms, ${ms} at most expected`];
