import type { BookingCommand } from '../domain/booking/commands';
import type { TenantId } from '../domain/ids';
import { BookingLane, type WaitingCommand, type WaitingEdit } from './booking-lane';

export type Batch =
  | { readonly tenantId: TenantId; readonly edit: WaitingEdit }
  | { readonly tenantId: TenantId; readonly commands: WaitingCommand[]; readonly alone: boolean };

export const MAX_IN_FLIGHT = 16;
export const MAX_IN_FLIGHT_PER_TENANT = 2;
/** Commands that may wait in a process: what memory a storm can take. */
export const MAX_WAITING = 20_000;
/** Of one tenant: its storm leaves the other half to others. */
export const MAX_WAITING_PER_TENANT = MAX_WAITING / 2;
/** Edits that may wait at one tenant, however many commands do: organizers are few, and a storm must not lock them out. */
export const MAX_WAITING_EDITS = 100;

/** A tenant's lane, and what of it is under way. */
interface Traffic {
  readonly lane: BookingLane;
  inFlight: number;
  editing: boolean;
}

/** Who goes next: per tenant in order of arrival, tenants in turn. A batch never crosses tenants. */
export class BookingQueue {
  readonly #tenants = new Map<TenantId, Traffic>();
  /** Tenants with something waiting, the next one first. */
  #turns: TenantId[] = [];
  #inFlight = 0;
  #waiting = 0;

  constructor(private readonly isExhausted: (command: BookingCommand) => boolean) {}

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting;
  }

  waitingOf(tenantId: TenantId): number {
    return this.#tenants.get(tenantId)?.lane.waiting ?? 0;
  }

  /** Whether the process, or the tenant's share of it, has no room for another command. */
  isFullFor(tenantId: TenantId): boolean {
    return this.#waiting >= MAX_WAITING || this.waitingOf(tenantId) >= MAX_WAITING_PER_TENANT;
  }

  isFullForEdits(tenantId: TenantId): boolean {
    return (this.#tenants.get(tenantId)?.lane.waitingEdits ?? 0) >= MAX_WAITING_EDITS;
  }

  add(tenantId: TenantId, entry: WaitingCommand | WaitingEdit): void {
    const { lane } = this.trafficOf(tenantId);
    if (lane.waiting === 0) this.#turns.push(tenantId);
    lane.add(entry);
    this.#waiting += 1;
  }

  /** Puts commands back that their transaction had no room for, before everything that came later. */
  putBack(tenantId: TenantId, commands: readonly WaitingCommand[]): void {
    if (commands.length === 0) return;
    const { lane } = this.trafficOf(tenantId);
    if (lane.waiting === 0) this.#turns.push(tenantId);
    lane.putBack(commands);
    this.#waiting += commands.length;
  }

  /** The next batch; null while everybody who waits has to. */
  take(): Batch | null {
    for (let turn = 0; turn < this.#turns.length; turn += 1) {
      const tenantId = this.#turns[turn];
      if (tenantId === undefined || !this.mayStart(this.trafficOf(tenantId))) continue;
      const batch = this.takeFrom(tenantId, this.trafficOf(tenantId));
      if (batch === null) continue;
      this.#inFlight += 1;
      this.#waiting -= 'edit' in batch ? 1 : batch.commands.length;
      this.#turns.splice(turn, 1);
      if (this.waitingOf(tenantId) > 0) this.#turns.push(tenantId);
      return batch;
    }
    return null;
  }

  done(batch: Batch): void {
    const traffic = this.trafficOf(batch.tenantId);
    this.#inFlight -= 1;
    traffic.inFlight -= 1;
    if ('edit' in batch) traffic.editing = false;
    else traffic.lane.release(batch.commands);
    if (traffic.inFlight === 0 && traffic.lane.waiting === 0) this.#tenants.delete(batch.tenantId);
  }

  /** Removes what is past its deadline and was not started. */
  expire(now: number): (WaitingCommand | WaitingEdit)[] {
    const expired: (WaitingCommand | WaitingEdit)[] = [];
    for (const [tenantId, { lane, inFlight }] of this.#tenants) {
      const gone = lane.expire(now);
      if (gone.length === 0) continue;
      expired.push(...gone);
      this.#waiting -= gone.length;
      if (lane.waiting > 0) continue;
      this.#turns = this.#turns.filter((turn) => turn !== tenantId);
      if (inFlight === 0) this.#tenants.delete(tenantId);
    }
    return expired;
  }

  private trafficOf(tenantId: TenantId): Traffic {
    let traffic = this.#tenants.get(tenantId);
    if (!traffic) {
      this.#tenants.set(tenantId, (traffic = { lane: new BookingLane(), inFlight: 0, editing: false }));
    }
    return traffic;
  }

  /** One of the process's places is always left for tenants that have none. */
  private mayStart({ editing, inFlight }: Traffic): boolean {
    if (editing || inFlight >= MAX_IN_FLIGHT_PER_TENANT || this.#inFlight >= MAX_IN_FLIGHT) return false;
    return inFlight === 0 || this.#inFlight < MAX_IN_FLIGHT - 1;
  }

  private takeFrom(tenantId: TenantId, traffic: Traffic): Batch | null {
    const { lane, inFlight } = traffic;
    const { edit } = lane;
    if (edit) {
      if (inFlight > 0) return null;
      lane.takeEdit();
      traffic.editing = true;
      traffic.inFlight = 1;
      return { tenantId, edit };
    }
    const commands = lane.takeCommands(this.isExhausted);
    if (commands.length === 0) return null;
    traffic.inFlight += 1;
    return { tenantId, commands, alone: commands.length === 1 && inFlight === 0 && lane.waiting === 0 };
  }
}
