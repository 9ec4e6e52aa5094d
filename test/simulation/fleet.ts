import type { EventLoop } from './event-loop';
import { Machine } from './machine';
import { networkOf, type FaultKind, type FaultRates } from './network';
import { partsOn, type Parts } from './process';
import type { Random } from './random';
import { memoryConnection, type MemoryConnection } from './store/memory-connection';
import type { MemoryStore } from './store/memory-store';

/** One process's place: its connection and what takes long to make, kept from run to run. */
export interface Slot {
  readonly memory: MemoryConnection;
  readonly parts: Parts;
}

export type SlotMaker = () => Slot;

export function plainSlot(): Slot {
  const memory = memoryConnection();
  return { memory, parts: partsOn(memory.connection) };
}

/** In which the incidents of a run happen. */
const BUSY_MS = 120;
const CRASHED_MS = 30;
const MAX_JUMP_MS = 3_000;

interface FleetParts {
  readonly loop: EventLoop;
  readonly store: MemoryStore;
  readonly random: Readonly<Record<'network' | 'incidents', Random>>;
  readonly rates: FaultRates;
  readonly alarm: (fields: object) => void;
}

/** The processes of a run, and what befalls them, until they are healed. */
export class Fleet {
  /** Which faults were done, and how often. */
  readonly faults: Record<string, number> = {};
  /** How far a clock was ahead at most, milliseconds. */
  jumpMs = 0;
  readonly #machines: (Machine | null)[];
  #healed = false;

  constructor(
    private readonly slots: readonly Slot[],
    private readonly parts: FleetParts,
  ) {
    this.#machines = slots.map((slot) => this.boot(slot));
  }

  /** Whether anything goes wrong at present. */
  get faulty(): boolean {
    return !this.#healed && Object.keys(this.parts.rates).length > 0;
  }

  get running(): Machine[] {
    return this.#machines.filter((one) => one !== null);
  }

  /** The wanted one, if it is up, or another that is. */
  machine(wanted: number): Machine | null {
    return this.#machines[wanted % this.#machines.length] ?? this.running[0] ?? null;
  }

  /** From now on nothing goes wrong any more. */
  heal(): void {
    this.#healed = true;
  }

  planIncidents(): void {
    const incidents = {
      crashes: () => this.crash(),
      elections: () => this.parts.store.abortAll(),
      clockJumps: () => this.jump(),
    };
    const { incidents: random } = this.parts.random;
    for (const kind of ['crashes', 'elections', 'clockJumps'] as const) {
      const mean = this.parts.rates[kind] ?? 0;
      const times = Math.floor(mean) + (random.chance(mean % 1) ? 1 : 0);
      for (let time = 0; time < times; time += 1) {
        const happen = (): void => {
          this.count(kind);
          incidents[kind]();
        };
        this.parts.loop.at(random.int(BUSY_MS), happen, null);
      }
    }
  }

  /** Somebody works on what removals leave, in all processes and at any time. */
  planWork(): void {
    const { loop, random } = this.parts;
    for (let time = 0; time < 4; time += 1) {
      loop.at(random.incidents.int(BUSY_MS), () => this.workAt(time), null);
    }
  }

  workAt(place: number): void {
    const machine = this.machine(place);
    // What fails is tried again: the rows stay.
    if (machine) this.parts.loop.at(0, () => void machine.process.worker.runDue().catch(() => undefined), machine);
  }

  private boot({ memory, parts }: Slot): Machine {
    const { loop, store, random, rates, alarm } = this.parts;
    const machine = new Machine(parts, loop, alarm);
    memory.client.store = store;
    memory.client.wire = networkOf(machine, {
      loop,
      random: random.network,
      rates: () => (this.#healed ? {} : rates),
      injected: (kind) => this.count(kind),
    });
    return machine;
  }

  private count(kind: FaultKind): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }

  private crash(): void {
    const place = this.parts.random.incidents.int(this.#machines.length);
    this.#machines[place]?.crash();
    this.#machines[place] = null;
    this.parts.loop.at(CRASHED_MS, () => this.reboot(place), null);
  }

  private reboot(place: number): void {
    const slot = this.slots[place];
    if (slot) this.#machines[place] ??= this.boot(slot);
  }

  private jump(): void {
    const { incidents: random } = this.parts.random;
    const machine = this.machine(random.int(this.#machines.length));
    if (!machine) return;
    machine.clock.offsetMs = random.int(2 * MAX_JUMP_MS) - MAX_JUMP_MS;
    this.jumpMs = Math.max(this.jumpMs, machine.clock.offsetMs);
  }
}
