import type { BenchDatabase } from '../bench-database';
import type { BenchOptions } from '../options';
import type { Postgres } from '../postgres/server';
import type { Round } from '../rounds';

export interface Bench {
  readonly database: BenchDatabase;
  /** Started when first asked for; null: this machine has none, and the report says so. */
  readonly postgres: () => Promise<Postgres | null>;
  readonly options: BenchOptions;
  readonly random: () => number;
  readonly progress: (text: string) => void;
}

/** What is claimed about two subjects, or about one alone. */
export interface Aim {
  readonly subject: string;
  /**
   * `faster`: how many times as fast as `against`. `time`: how many times as long as it takes. `cpu`: how many times its
   * processor time. `aborts`: aborted transactions per success, of the subject alone. `value`: the figure itself.
   */
  readonly kind: 'faster' | 'time' | 'cpu' | 'aborts' | 'value';
  readonly against?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One table of the report. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** Of a measurement's value. */
  readonly unit: 'ms' | '/s' | 'MiB';
  readonly subjects: readonly { readonly name: string; readonly about: string }[];
  readonly rounds: readonly Round[];
  readonly aims: readonly Aim[];
  readonly notes: readonly string[];
}

export interface Workload {
  readonly id: string;
  run(bench: Bench): Promise<Section[]>;
}

/** The subjects of a section without those that were left out on the command line. */
export const chosen = <S extends { readonly name: string }>({ options }: Bench, subjects: readonly S[]): S[] =>
  subjects.filter(({ name }) => !options.without.includes(name));
