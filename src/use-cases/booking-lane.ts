import type { Answer, BookingCommand } from '../domain/booking/commands';
import { MAX_EFFECTS } from '../domain/booking/decide';
import type { TenantScope } from '../domain/scope';

/** A booking command that waits for its answer. */
export interface WaitingCommand {
  readonly scope: TenantScope;
  readonly command: BookingCommand;
  /** Monotonic milliseconds after which it is not started any more. */
  readonly deadline: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** An organizer's edit: it runs alone among its tenant's work. */
export interface WaitingEdit {
  readonly scope: TenantScope;
  readonly deadline: number;
  readonly run: () => Promise<void>;
  readonly reject: (error: unknown) => void;
}

/** Where the last view says that nothing is left, a command costs a read only: many share one transaction. */
export const MAX_BATCH = 1_000;
/** How far a scan for takeable commands looks, so that a long queue behind one key costs a bounded step. */
const MAX_SCAN = 4_096;

const isEdit = (entry: WaitingCommand | WaitingEdit): entry is WaitingEdit => 'run' in entry;

export const keysOf = ({ occurrenceId, holder, idempotency }: BookingCommand): string[] =>
  idempotency ? [occurrenceId, holder, idempotency.id] : [occurrenceId, holder];

/**
 * What waits at one tenant, in order of arrival. No command is taken whose key a
 * transaction in flight, or an earlier command left waiting, holds: so the order of arrival is kept per key. Keys only
 * save work (a conflict costs an abort); correctness never depends on them.
 */
export class BookingLane {
  #waiting: (WaitingCommand | WaitingEdit)[] = [];
  /** Keys (occurrence, holder, idempotency key) of the transactions in flight. */
  readonly #held = new Set<string>();
  /** How many at the front were looked at and have to wait, and their keys: they are passed over until one comes free. */
  #passed = 0;
  readonly #blocked = new Set<string>();
  /** Edits among what waits. */
  #edits = 0;
  /** Something was put back since the lane was empty: the deadlines may stand in another order. */
  #mixed = false;

  get waiting(): number {
    return this.#waiting.length;
  }

  get waitingEdits(): number {
    return this.#edits;
  }

  add(entry: WaitingCommand | WaitingEdit): void {
    if (this.#waiting.length === 0) this.#mixed = false;
    if (isEdit(entry)) this.#edits += 1;
    this.#waiting.push(entry);
  }

  putBack(commands: readonly WaitingCommand[]): void {
    this.#mixed = true;
    this.#waiting.unshift(...commands);
    this.lookAgain();
  }

  /** The edit whose turn it is; null: commands come first, or nothing waits. */
  get edit(): WaitingEdit | null {
    const [head] = this.#waiting;
    return head && isEdit(head) ? head : null;
  }

  takeEdit(): void {
    this.#edits -= 1;
    this.#waiting.shift();
  }

  /** The commands of one transaction, whose keys are held until they are released. An edit is a border. */
  takeCommands(isExhausted: (command: BookingCommand) => boolean): WaitingCommand[] {
    const taken: WaitingCommand[] = [];
    const left = this.#waiting.slice(0, this.#passed);
    let effects = 0;
    let scanned = this.#passed;
    for (; scanned < Math.min(this.#waiting.length, MAX_SCAN); scanned += 1) {
      const entry = this.#waiting[scanned];
      if (!entry || isEdit(entry) || taken.length === MAX_BATCH || effects === MAX_EFFECTS) break;
      const keys = keysOf(entry.command);
      if (keys.some((key) => this.#held.has(key) || this.#blocked.has(key))) {
        keys.forEach((key) => this.#blocked.add(key));
        left.push(entry);
        continue;
      }
      if (!isExhausted(entry.command)) effects += 1;
      taken.push(entry);
    }
    this.#passed = left.length;
    if (taken.length > 0) this.#waiting = [...left, ...this.#waiting.slice(scanned)];
    for (const { command } of taken) keysOf(command).forEach((key) => this.#held.add(key));
    return taken;
  }

  release(commands: readonly WaitingCommand[]): void {
    for (const { command } of commands) keysOf(command).forEach((key) => this.#held.delete(key));
    this.lookAgain();
  }

  /** Removes what is past its deadline. */
  expire(now: number): (WaitingCommand | WaitingEdit)[] {
    const isLate = ({ deadline }: WaitingCommand | WaitingEdit): boolean => deadline <= now;
    // As a rule the first is the oldest, and tells for all: a long queue is not looked through at every tick.
    if (!this.#mixed && !this.#waiting.slice(0, 1).some(isLate)) return [];
    const late = this.#waiting.filter(isLate);
    if (late.length === 0) return [];
    this.#waiting = this.#waiting.filter((entry) => !isLate(entry));
    this.#edits -= late.filter(isEdit).length;
    this.lookAgain();
    return late;
  }

  private lookAgain(): void {
    this.#passed = 0;
    this.#blocked.clear();
  }
}
