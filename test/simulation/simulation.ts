import { brokenStored, type StoredBookingsAndTraces } from '../support/stored-bookings';
import { Caller } from './caller';
import { EventLoop } from './event-loop';
import { drawRates } from './fault-plan';
import { Fleet, plainSlot, type Slot, type SlotMaker } from './fleet';
import { History } from './history';
import { judge } from './judge';
import type { FaultRates } from './network';
import { makeProgram, type Program } from './program';
import { Random } from './random';
import { story } from './story';
import { emptyStore } from './store/memory-connection';
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

const PROCESSES = 2;
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
  readonly #loop: EventLoop;
  readonly #world: World;
  readonly #store: MemoryStore;
  readonly #history = new History();
  readonly #program: Program;
  readonly #rates: FaultRates;
  readonly #callers: readonly Caller[];
  readonly #fleet: Fleet;
  readonly #violations: string[] = [];

  constructor(
    private readonly seed: number,
    { program, rates }: Given,
    slots: readonly Slot[],
  ) {
    const random = new Random(seed);
    this.#loop = new EventLoop(random.fork());
    this.restoreTime = installVirtualTime(this.#loop, random.fork());
    const [world, programs, plan] = [random.fork(), random.fork(), random.fork()];
    const chances = { network: random.fork(), incidents: random.fork() };
    this.#world = makeWorld(world);
    this.#store = emptyStore();
    settle(this.#store, this.#world);
    this.#program = program ?? makeProgram(programs);
    this.#rates = rates ?? drawRates(plan);
    this.#history.begin(this.#store.commits, (name) => this.#store.all(name));
    this.#store.onCommit = (at, writes) => this.look(at, writes);
    this.#fleet = this.fleetOn(slots, chances);
    const around = {
      loop: this.#loop,
      sight: { world: this.#world, store: this.#store },
      machine: (wanted: number) => this.#fleet.machine(wanted),
      faulty: () => this.#fleet.faulty,
    };
    this.#callers = this.#program.calls.map((call, number) => new Caller(number, call, around));
  }

  async toTheEnd(): Promise<RunResult> {
    try {
      for (const caller of this.#callers) this.#loop.at(caller.call.at, () => caller.start(), null);
      this.#fleet.planIncidents();
      if (this.#program.calls.some(({ operation }) => operation.type === 'remove')) this.#fleet.planWork();
      await this.#loop.run();
      await this.heal();
      this.conclude();
    } catch (error) {
      this.#violations.push(`stuck: ${String(error)}`);
    }
    return this.result();
  }

  private fleetOn(slots: readonly Slot[], random: Record<'network' | 'incidents', Random>): Fleet {
    const alarm = (fields: object): void => this.alarm(fields);
    return new Fleet(slots, { loop: this.#loop, store: this.#store, random, rates: this.#rates, alarm });
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

  /** Nothing goes wrong any more: whoever does not know asks once more, and what is left to do is done. */
  private async heal(): Promise<void> {
    if (this.#fleet.faulty) this.repeatAtEach();
    this.#fleet.heal();
    await this.#loop.run();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const waiting = this.#callers.filter(({ key, prepared, isTold }) => key !== null && prepared !== null && !isTold);
      const due = this.#store.all('journal').filter((row) => row['due'] !== undefined);
      if (waiting.length === 0 && due.length === 0) return;
      for (const caller of waiting) caller.ask(caller.call.process);
      if (due.length > 0) this.#loop.at(REST_MS, () => this.#fleet.workAt(round), null);
      await this.#loop.run();
    }
  }

  /** Every process has to answer again: somebody who was told yes asks each of them once more, and is told the same. */
  private repeatAtEach(): void {
    const told = this.#callers.filter(
      ({ key, attempts }) => key !== null && attempts.some(({ outcome }) => outcome?.kind === 'ok'),
    );
    for (let place = 0; place < PROCESSES; place += 1) {
      const caller = told[place % told.length];
      if (caller) this.#loop.at(place, () => caller.ask(place), null);
    }
  }

  private conclude(): void {
    const { jumpMs, running } = this.#fleet;
    this.#violations.push(...judge(this.#callers, { history: this.#history, jumpMs }));
    for (const { process, inFlight } of running) {
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
    const now = new Date(this.#fleet.machine(0)?.clock.now() ?? 0);
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
      faults: this.#fleet.faults,
      story: () => story(this.#callers, this.#history),
    };
  }
}
