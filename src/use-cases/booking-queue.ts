import type { Answer, BookingCommand } from '../domain/booking/commands';
import { MAX_EFFECTS } from '../domain/booking/decide';
import type { TenantId } from '../domain/ids';
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

export type Batch =
  | { readonly tenantId: TenantId; readonly edit: WaitingEdit }
  | { readonly tenantId: TenantId; readonly commands: WaitingCommand[]; readonly alone: boolean };

export const MAX_IN_FLIGHT = 16;
export const MAX_IN_FLIGHT_PER_TENANT = 2;
/** Where the last view says that nothing is left, a command costs a read only: many share one transaction. */
export const MAX_BATCH = 1_000;
/** How far a scan for takeable commands looks, so that a long queue behind one key costs a bounded step. */
const MAX_SCAN = 4_096;

interface Lane {
  waiting: (WaitingCommand | WaitingEdit)[];
  /** Keys (occurrence, holder, idempotency key) of the transactions in flight. */
  readonly held: Set<string>;
  inFlight: number;
  editing: boolean;
}

const isEdit = (entry: WaitingCommand | WaitingEdit): entry is WaitingEdit => 'run' in entry;

export const keysOf = ({ occurrenceId, holder, idempotency }: BookingCommand): string[] =>
  idempotency ? [occurrenceId, holder, idempotency.id] : [occurrenceId, holder];

/**
 * Who goes next. Per tenant in order of arrival, tenants in turn; a batch never crosses tenants, and takes no command
 * whose key a transaction in flight, or an earlier command left waiting, holds: so the order of arrival is kept per key.
 * Keys only save work (a conflict costs an abort); correctness never depends on them.
 */
export class BookingQueue {
  readonly #lanes = new Map<TenantId, Lane>();
  /** Tenants with something waiting, the next one first. */
  #turns: TenantId[] = [];
  #inFlight = 0;

  constructor(private readonly isExhausted: (command: BookingCommand) => boolean) {}

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    let sum = 0;
    for (const lane of this.#lanes.values()) sum += lane.waiting.length;
    return sum;
  }

  waitingOf(tenantId: TenantId): number {
    return this.#lanes.get(tenantId)?.waiting.length ?? 0;
  }

  add(tenantId: TenantId, entry: WaitingCommand | WaitingEdit): void {
    const lane = this.lane(tenantId);
    if (lane.waiting.length === 0) this.#turns.push(tenantId);
    lane.waiting.push(entry);
  }

  /** Puts commands back that their transaction had no room for, before everything that came later. */
  putBack(tenantId: TenantId, commands: readonly WaitingCommand[]): void {
    if (commands.length === 0) return;
    const lane = this.lane(tenantId);
    if (lane.waiting.length === 0) this.#turns.push(tenantId);
    lane.waiting.unshift(...commands);
  }

  /** The next batch; null while everybody who waits has to. */
  take(): Batch | null {
    for (let turn = 0; turn < this.#turns.length; turn += 1) {
      const tenantId = this.#turns[turn];
      if (tenantId === undefined || !this.mayStart(this.lane(tenantId))) continue;
      const batch = this.takeFrom(tenantId, this.lane(tenantId));
      if (batch === null) continue;
      this.#inFlight += 1;
      this.#turns.splice(turn, 1);
      if (this.lane(tenantId).waiting.length > 0) this.#turns.push(tenantId);
      return batch;
    }
    return null;
  }

  done(batch: Batch): void {
    const lane = this.lane(batch.tenantId);
    this.#inFlight -= 1;
    lane.inFlight -= 1;
    if ('edit' in batch) lane.editing = false;
    else for (const { command } of batch.commands) keysOf(command).forEach((key) => lane.held.delete(key));
    if (lane.inFlight === 0 && lane.waiting.length === 0) this.#lanes.delete(batch.tenantId);
  }

  /** Removes what is past its deadline and was not started. */
  expire(now: number): (WaitingCommand | WaitingEdit)[] {
    const expired: (WaitingCommand | WaitingEdit)[] = [];
    for (const [tenantId, lane] of this.#lanes) {
      if (!lane.waiting.some(({ deadline }) => deadline <= now)) continue;
      expired.push(...lane.waiting.filter(({ deadline }) => deadline <= now));
      lane.waiting = lane.waiting.filter(({ deadline }) => deadline > now);
      if (lane.waiting.length === 0) this.#turns = this.#turns.filter((turn) => turn !== tenantId);
      if (lane.waiting.length === 0 && lane.inFlight === 0) this.#lanes.delete(tenantId);
    }
    return expired;
  }

  private lane(tenantId: TenantId): Lane {
    let lane = this.#lanes.get(tenantId);
    if (!lane) this.#lanes.set(tenantId, (lane = { waiting: [], held: new Set(), inFlight: 0, editing: false }));
    return lane;
  }

  /** One of the process's places is always left for tenants that have none. */
  private mayStart(lane: Lane): boolean {
    if (lane.editing || lane.inFlight >= MAX_IN_FLIGHT_PER_TENANT || this.#inFlight >= MAX_IN_FLIGHT) return false;
    return lane.inFlight === 0 || this.#inFlight < MAX_IN_FLIGHT - 1;
  }

  private takeFrom(tenantId: TenantId, lane: Lane): Batch | null {
    const head = lane.waiting[0];
    if (head && isEdit(head)) {
      if (lane.inFlight > 0) return null;
      lane.waiting.shift();
      lane.inFlight = 1;
      lane.editing = true;
      return { tenantId, edit: head };
    }
    const commands = this.takeCommands(lane);
    if (commands.length === 0) return null;
    for (const { command } of commands) keysOf(command).forEach((key) => lane.held.add(key));
    const alone = commands.length === 1 && lane.inFlight === 0 && lane.waiting.length === 0;
    lane.inFlight += 1;
    return { tenantId, commands, alone };
  }

  private takeCommands(lane: Lane): WaitingCommand[] {
    const taken: WaitingCommand[] = [];
    const left: (WaitingCommand | WaitingEdit)[] = [];
    const blocked = new Set<string>();
    let effects = 0;
    let scanned = 0;
    for (const entry of lane.waiting) {
      if (isEdit(entry) || scanned === MAX_SCAN || taken.length === MAX_BATCH || effects === MAX_EFFECTS) break;
      scanned += 1;
      const keys = keysOf(entry.command);
      if (keys.some((key) => lane.held.has(key) || blocked.has(key))) {
        keys.forEach((key) => blocked.add(key));
        left.push(entry);
        continue;
      }
      if (!this.isExhausted(entry.command)) effects += 1;
      taken.push(entry);
    }
    if (taken.length > 0) lane.waiting = [...left, ...lane.waiting.slice(scanned)];
    return taken;
  }
}
