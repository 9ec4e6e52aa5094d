import type { EventDoc } from '../../src/store/event.schema';
import type { JournalDoc } from '../../src/store/journal.schema';
import type { OccurrenceDoc } from '../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../src/store/registration.schema';
import type { UserDoc } from '../../src/store/user.schema';
import type { Committed } from './store/memory-store';
import type { Doc } from './store/values';

/** What was true at one moment, counted from registrations and not from counters. */
export interface State {
  /** The commit it belongs to. Within one there are several: its commands were decided one after the other. */
  readonly commit: number;
  readonly occurrences: ReadonlyMap<string, OccurrenceDoc>;
  readonly active: ReadonlyMap<string, RegistrationDoc>;
  readonly events: ReadonlyMap<string, EventDoc>;
  readonly users: ReadonlyMap<string, UserDoc>;
}

interface Row extends JournalDoc {
  readonly commit: number;
}

/**
 * The reference model: what the world was after each step, told by the journal in the order of the commits. The commits
 * of the simulated store are in an order, so every answer can be asked: was there a moment between question and answer
 * at which this was right?
 */
export class History {
  readonly states: State[] = [];
  readonly rows: Row[] = [];
  readonly #seen = new Set<string>();

  begin(commit: number, all: (collection: string) => readonly Doc[]): void {
    const byId = <T>(name: string): Map<string, T> =>
      new Map(all(name).map((doc) => [String(doc['_id']), doc as unknown as T]));
    this.states.push({
      commit,
      occurrences: byId<OccurrenceDoc>('occurrences'),
      active: new Map(),
      events: byId<EventDoc>('events'),
      users: byId<UserDoc>('users'),
    });
  }

  /** One commit: a state after each of its journal rows, and one after all of it. */
  add(commit: number, writes: Committed): void {
    const written = new Map((writes.get('registrations') ?? []).flatMap(byTheirId<RegistrationDoc>));
    for (const row of this.newRows(commit, writes)) {
      const [noun, id = ''] = row.target.split(':');
      const registration = noun === 'registration' ? written.get(id) : undefined;
      if (registration) this.push(commit, { active: this.stepped(row, registration) });
    }
    this.push(commit, {
      occurrences: merged(this.last.occurrences, writes.get('occurrences')),
      events: merged(this.last.events, writes.get('events')),
      users: merged(this.last.users, writes.get('users')),
    });
  }

  get last(): State {
    const last = this.states.at(-1);
    if (!last) throw new Error('a history begins with a state');
    return last;
  }

  /** Every state that was there between two moments, their own among them. */
  between(from: number, to: number): State[] {
    const first = Math.max(
      0,
      this.states.findLastIndex(({ commit }) => commit <= from),
    );
    return this.states.slice(first).filter(({ commit }) => commit <= to);
  }

  private newRows(commit: number, writes: Committed): Row[] {
    const rows = (writes.get('journal') ?? []) as unknown as JournalDoc[];
    const added = rows.filter((row) => row && this.#seen.size < this.#seen.add(String(row._id)).size);
    const told = added.map((row) => ({ ...row, commit }));
    this.rows.push(...told);
    return told;
  }

  private stepped({ type }: Row, registration: RegistrationDoc): Map<string, RegistrationDoc> {
    const active = new Map(this.last.active);
    const id = String(registration._id);
    if (type === 'REGISTRATION_CANCELLED') active.delete(id);
    else active.set(id, registration);
    return active;
  }

  private push(commit: number, change: Partial<State>): void {
    this.states.push({ ...this.last, ...change, commit });
  }
}

const byTheirId = <T>(doc: Doc | null): [string, T][] => (doc ? [[String(doc['_id']), doc as unknown as T]] : []);

function merged<T>(before: ReadonlyMap<string, T>, writes: readonly (Doc | null)[] = []): ReadonlyMap<string, T> {
  return writes.length === 0 ? before : new Map([...before, ...writes.flatMap(byTheirId<T>)]);
}

export const seatsTaken = ({ active }: State, occurrenceId: string): number =>
  [...active.values()].reduce((sum, one) => sum + (String(one.occurrenceId) === occurrenceId ? one.seats : 0), 0);
