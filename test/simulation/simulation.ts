import { brokenStored, type StoredBookingsAndTraces } from '../support/stored-bookings';
import { Caller } from './caller';
import { EventLoop } from './event-loop';
import { drawRates } from './fault-plan';
import { History } from './history';
import { judge } from './judge';
import { Machine } from './machine';
import { networkOf, type FaultKind, type FaultRates } from './network';
import { partsOn, type Parts } from './process';
import { makeProgram, type Program } from './program';
import { Random } from './random';
import { story } from './story';
import { emptyStore, memoryConnection, type MemoryConnection } from './store/memory-connection';
import type { Committed, MemoryStore } from './store/memory-store';
import { installVirtualTime } from './virtual-time';
import { makeWorld, settle, type World } from './world';

/** Parts of a run that are given instead of drawn: to shrink one that failed. */
export interface Given {
  readonly program?: Program;
  readonly rates?: FaultRates;
}

export interface RunResult {
  readonly seed: number;
  /** What was wrong; nothing: the run passed. */
  readonly violations: readonly string[];
  readonly program: Program;
  readonly rates: FaultRates;
  readonly steps: number;
  readonly commits: number;
  /** How often what was told, and which faults were done. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** Who asked what, was told what, and what was committed, line by line. */
  readonly story: () => string[];
}

/** One process's place: its connection and what takes long to make, kept from run to run. */
interface Slot {
  readonly memory: MemoryConnection;
  readonly parts: Parts;
}

export type SlotMaker = () => Slot;

export function plainSlot(): Slot {
  const memory = memoryConnection();
  return { memory, parts: partsOn(memory.connection) };
}

const PROCESSES = 2;
/** In which the incidents of a run happen. */
const BUSY_MS = 120;
const CRASHED_MS = 30;
const MAX_JUMP_MS = 3_000;
/** Longer than a removal waits before its last look, and than any lease. */
const REST_MS = 65_000;
const MAX_ROUNDS = 8;

/** Runs schedules: the processes of one after the other share their slots, and nothing else. */
export class Simulator {
  readonly #slots: readonly Slot[];

  constructor(slot: SlotMaker = plainSlot) {
    this.#slots = Array.from({ length: PROCESSES }, slot);
  }

  /** One seed is one exact run. */
  async run(seed: number, given: Given = {}): Promise<RunResult> {
    const run = new Run(seed, given, this.#slots);
    try {
      return await run.toTheEnd();
    } finally {
      run.restoreTime();
    }
  }
}

class Run {
  readonly restoreTime: () => void;
  readonly #random: Record<'network' | 'incidents', Random>;
  readonly #loop: EventLoop;
  readonly #world: World;
  readonly #store: MemoryStore;
  readonly #history = new History();
  readonly #program: Program;
  readonly #rates: FaultRates;
  readonly #callers: readonly Caller[];
  readonly #machines: (Machine | null)[];
  readonly #violations: string[] = [];
  readonly #faults: Record<string, number> = {};
  #healed = false;
  #jumpMs = 0;

  constructor(
    private readonly seed: number,
    { program, rates }: Given,
    private readonly slots: readonly Slot[],
  ) {
    const random = new Random(seed);
    this.#loop = new EventLoop(random.fork());
    this.restoreTime = installVirtualTime(this.#loop, random.fork());
    const [world, programs, plan] = [random.fork(), random.fork(), random.fork()];
    this.#random = { network: random.fork(), incidents: random.fork() };
    this.#world = makeWorld(world);
    this.#store = emptyStore();
    settle(this.#store, this.#world);
    this.#program = program ?? makeProgram(programs);
    this.#rates = rates ?? drawRates(plan);
    this.#history.begin(this.#store.commits, (name) => this.#store.all(name));
    this.#store.onCommit = (at, writes) => this.look(at, writes);
    this.#machines = slots.map((slot) => this.boot(slot));
    const around = {
      loop: this.#loop,
      sight: { world: this.#world, store: this.#store },
      machine: (wanted: number) => this.machine(wanted),
    };
    this.#callers = this.#program.calls.map((call, number) => new Caller(number, call, around));
  }

  async toTheEnd(): Promise<RunResult> {
    try {
      for (const caller of this.#callers) this.#loop.at(caller.call.at, () => caller.start(), null);
      this.planIncidents();
      await this.#loop.run();
      await this.heal();
      this.conclude();
    } catch (error) {
      this.#violations.push(`stuck: ${String(error)}`);
    }
    return this.result();
  }

  private boot({ memory, parts }: Slot): Machine {
    const machine = new Machine(parts, this.#loop, (fields) => this.alarm(fields));
    memory.client.store = this.#store;
    memory.client.wire = networkOf(machine, {
      loop: this.#loop,
      random: this.#random.network,
      rates: () => (this.#healed ? {} : this.#rates),
      injected: (kind) => this.count(kind),
    });
    return machine;
  }

  private machine(wanted: number): Machine | null {
    const place = wanted % this.#machines.length;
    return this.#machines[place] ?? this.#machines.find((one) => one !== null) ?? null;
  }

  /** After every commit: nothing is sold twice, nobody is in two places, and everything that counts agrees. */
  private look(at: number, writes: Committed): void {
    this.#history.add(at, writes);
    const [occurrences, registrations, locks, rows] = ['occurrences', 'registrations', 'timeLocks', 'journal'].map(
      (name) => this.#store.all(name),
    );
    const journal = rows?.sort((a, b) => Number(a['version']) - Number(b['version']));
    const stored = { occurrences, registrations, locks, journal } as unknown as StoredBookingsAndTraces;
    for (const { what } of brokenStored(stored)) this.#violations.push(`after commit ${at}: ${what}`);
  }

  private alarm(fields: object): void {
    const { err, ...rest } = fields as { err?: unknown };
    this.#violations.push(`alarm: ${JSON.stringify(rest)} ${String(err)}`);
  }

  private count(kind: FaultKind): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
  }

  private planIncidents(): void {
    const incidents = {
      crashes: () => this.crash(),
      elections: () => this.#store.abortAll(),
      clockJumps: () => this.jump(),
    };
    const { incidents: random } = this.#random;
    for (const kind of ['crashes', 'elections', 'clockJumps'] as const) {
      const mean = this.#rates[kind] ?? 0;
      const times = Math.floor(mean) + (random.chance(mean % 1) ? 1 : 0);
      for (let time = 0; time < times; time += 1) {
        const happen = (): void => {
          this.count(kind);
          incidents[kind]();
        };
        this.#loop.at(random.int(BUSY_MS), happen, null);
      }
    }
    // Somebody works on what removals leave, in both processes and at any time.
    if (!this.#program.calls.some(({ operation }) => operation.type === 'remove')) return;
    for (let time = 0; time < 4; time += 1) this.#loop.at(random.int(BUSY_MS), () => this.workAt(time), null);
  }

  private workAt(place: number): void {
    const machine = this.machine(place);
    // What fails is tried again: the rows stay.
    if (machine) this.#loop.at(0, () => void machine.process.worker.runDue().catch(() => undefined), machine);
  }

  private crash(): void {
    const place = this.#random.incidents.int(this.#machines.length);
    this.#machines[place]?.crash();
    this.#machines[place] = null;
    this.#loop.at(CRASHED_MS, () => this.reboot(place), null);
  }

  private reboot(place: number): void {
    const slot = this.slots[place];
    if (slot) this.#machines[place] ??= this.boot(slot);
  }

  private jump(): void {
    const machine = this.machine(this.#random.incidents.int(this.#machines.length));
    if (!machine) return;
    machine.clock.offsetMs = this.#random.incidents.int(2 * MAX_JUMP_MS) - MAX_JUMP_MS;
    this.#jumpMs = Math.max(this.#jumpMs, machine.clock.offsetMs);
  }

  /** Nothing goes wrong any more: whoever does not know asks once more, and what is left to do is done. */
  private async heal(): Promise<void> {
    this.#healed = true;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const waiting = this.#callers.filter(({ key, prepared, isTold }) => key !== null && prepared !== null && !isTold);
      const due = this.#store.all('journal').filter((row) => row['due'] !== undefined);
      if (waiting.length === 0 && due.length === 0) return;
      for (const caller of waiting) caller.ask(caller.call.process);
      if (due.length > 0) this.#loop.at(REST_MS, () => this.workAt(round), null);
      await this.#loop.run();
    }
  }

  private conclude(): void {
    const faulty = Object.keys(this.#rates).length > 0;
    this.#violations.push(...judge(this.#callers, { history: this.#history, faulty, jumpMs: this.#jumpMs }));
    for (const { process, inFlight } of this.#machines.filter((one) => one !== null)) {
      const { waiting, inFlight: transactions } = process.engine;
      if (waiting + transactions + inFlight > 0)
        this.#violations.push('not at rest: the engine still has work in hand');
    }
    for (const row of this.#store.all('journal')) {
      if (row['due'] !== undefined) this.#violations.push(`not at rest: ${String(row['type'])} is still due`);
    }
    this.#violations.push(...this.removedButRegistered());
  }

  /** What a removed user is registered for goes: all that has not begun. */
  private removedButRegistered(): string[] {
    const removed = this.#store.all('users').filter(({ status }) => status === 'REMOVED');
    const now = new Date(this.machine(0)?.clock.now() ?? 0);
    const { active } = this.#history.last;
    return [...active.values()]
      .filter(({ userId, s }) => s > now && removed.some(({ _id }) => String(_id) === String(userId)))
      .map(({ _id }) => `registration ${String(_id)} of a removed user is still there`);
  }

  private result(): RunResult {
    const outcomes: Record<string, number> = {};
    for (const { outcome } of this.#callers.flatMap(({ attempts }) => attempts)) {
      const name = outcome === null ? 'silence' : outcome.kind === 'no' ? outcome.error.code : outcome.kind;
      outcomes[name] = (outcomes[name] ?? 0) + 1;
    }
    return {
      seed: this.seed,
      violations: this.#violations,
      program: this.#program,
      rates: this.#rates,
      steps: this.#loop.steps,
      commits: this.#store.commits,
      outcomes,
      faults: this.#faults,
      story: () => story(this.#callers, this.#history),
    };
  }
}
