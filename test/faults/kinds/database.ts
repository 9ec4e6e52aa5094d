import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../../support/fail-point';
import type { FailMode } from '../../support/three-nodes';
import { availableWithin, type Fault, type Scene } from '../fault';
import { hall, register } from './bookings';

const STEP_DOWNS = 3;
/** Of the driver and the server alike. */
const LABEL = 'TransientTransactionError';
const WRITES = ['insert', 'update', 'delete', 'findAndModify'];

const primaryKilled: Fault = {
  kind: 'F5',
  name: 'kill -9 of the primary in a set of three',
  expected: 'I7; unavailable for 15 s at most',
  quick: true,
  inject: async ({ lab: { set }, injected }) => {
    const primary = await set.primary();
    injected();
    set.kill(primary);
    // Its heartbeats are missed for ten seconds before there is an election.
    await sleep(1_000);
    await set.primary();
    await set.restart(primary);
    await set.healthy();
  },
  expects: availableWithin(15_000),
};

const steppedDown: Fault = {
  kind: 'F6',
  name: 'the primary steps down while commits are under way',
  expected: 'retried; I9',
  inject: async ({ lab: { set }, injected }) => {
    for (let turn = 0; turn < STEP_DOWNS; turn += 1) {
      await set.fail({ failCommands: ['commitTransaction'], blockConnection: true, blockTimeMS: 400 }, { times: 8 });
      await sleep(200);
      await set.stepDown();
      injected();
      await set.failNoMore();
      await set.healthy();
      await sleep(1_000);
    }
  },
  expects: availableWithin(15_000),
};

/** One row: these commands of the services fail like this for as long as a fault lasts. */
const failing = (
  fault: Pick<Fault, 'kind' | 'name' | 'expected' | 'expects'>,
  { mode, ...failure }: Failure & { readonly mode: FailMode },
): Fault => ({
  ...fault,
  inject: async (scene) => {
    // A count is used up: it is set again and again.
    const turns = typeof mode === 'object' && 'times' in mode ? Math.ceil(scene.holdMs / 500) : 1;
    const before = await scene.lab.set.failNoMore();
    for (let turn = 0; turn < turns; turn += 1) {
      await scene.lab.set.fail(failure, mode);
      await sleep(scene.holdMs / turns);
    }
    scene.injected((await scene.lab.set.failNoMore()) - before);
  },
});

const commitCutOnce = failing(
  {
    kind: 'F8',
    name: 'the connection is cut at a commit, once in a while',
    expected: 'the commit is asked for again; I9',
  },
  { failCommands: ['commitTransaction'], closeConnection: true, mode: { times: 1 } },
);
const commitCutAlways = failing(
  {
    kind: 'F8',
    name: 'the connection is cut at every commit',
    expected: 'OUTCOME_UNKNOWN or BUSY in time; all settle',
  },
  { failCommands: ['commitTransaction'], closeConnection: true, mode: 'alwaysOn' },
);
const conflicts = failing(
  { kind: 'F9', name: 'three of ten writes end in a conflict', expected: 'retried within 5 s, then BUSY; one effect' },
  { failCommands: WRITES, errorCode: 112, errorLabels: [LABEL], mode: { activationProbability: 0.3 } },
);

/** Shutdown, stepped down, not primary, not primary any more. */
const notPrimary = [91, 189, 10107, 13435].map((errorCode) =>
  failing(
    { kind: 'F10', name: `the primary answers ${errorCode}, now and then`, expected: 'retried; I9' },
    { failCommands: [...WRITES, 'find', 'commitTransaction'], errorCode, mode: { times: 2 } },
  ),
);

const doubted = failing(
  {
    kind: 'F11',
    name: 'half of the commits are done and doubted (write concern error 64)',
    expected: 'no yes without proof; I9',
  },
  {
    failCommands: ['commitTransaction'],
    writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
    mode: { activationProbability: 0.5 },
  },
);

/** Who books where nothing hangs: told apart by their keys. */
const BYSTANDER = 'bystander-';
const BYSTANDERS = 40;
const BYSTANDER_LIMIT_MS = 1_000;

/**
 * One transaction hangs, whose tenant's dates and people wait for it; meanwhile somebody books at a tenant of their own.
 * The crowd of the load is a rough measure: its clients wait for their answers, sooner or later many for that one.
 */
const hanging: Fault = {
  kind: 'F12',
  name: 'a transaction hangs for 5 s, again and again',
  expected: 'the other tenants are served meanwhile, within 1 s',
  inject: async (scene) => {
    const { lab, load, injected, holdMs } = scene;
    const { people, dates } = await hall(scene, BYSTANDERS);
    const occurrenceId = dates[2]?.occurrenceId ?? '';
    const failure = {
      failCommands: ['update', 'findAndModify'],
      namespace: 'happening.occurrences',
      blockConnection: true,
      blockTimeMS: 5_000,
    };
    const turns = Math.ceil((2 * holdMs) / 2_500);
    const before = await lab.set.failNoMore();
    for (let turn = 0; turn < turns; turn += 1) {
      await lab.set.fail(failure, { times: 1 });
      await sleep(500);
      // From here on nobody else is struck: the bystanders are none of those who hang.
      await lab.set.failNoMore();
      for (const person of people.slice((turn * people.length) / turns, ((turn + 1) * people.length) / turns)) {
        await load.askApart(register(person, occurrenceId), person, `${BYSTANDER}${person.userId}`);
        await sleep(100);
      }
    }
    injected((await lab.set.failNoMore()) - before);
  },
  expects: (observed) => {
    const theirs = observed.entries.filter(({ key }) => key?.startsWith(BYSTANDER));
    const slowest = Math.max(...theirs.map((entry) => entry.return - entry.invoke));
    const without = theirs.filter(({ outcome }) => outcome !== 'ok').length;
    return [
      ...availableWithin(4_000)(observed),
      ...(theirs.length > 0 && without === 0 ? [] : [`${without} of ${theirs.length} bystanders had no seat`]),
      ...(slowest <= BYSTANDER_LIMIT_MS ? [] : [`a bystander waited for ${Math.round(slowest)} ms`]),
    ];
  },
};

/** The services reach every node but the one that matters: no election helps them. */
const unreachable: Fault = {
  kind: 'F7',
  name: 'the services are parted from the primary, which stays primary',
  expected: 'nothing is acknowledged that is not there; back when the network is',
  inject: async ({ lab: { set }, injected, holdMs }) => {
    const { proxy } = await set.primary();
    proxy.set({ blackHole: 'both' });
    injected(proxy.affected);
    await sleep(2 * holdMs);
    proxy.set({});
    proxy.cut();
  },
};

/** `RLIMIT_FSIZE` of the running mongod: no file grows any more, as on a full disk. The server gives up at once. */
async function fillDisk({ lab: { set }, injected, note }: Scene): Promise<void> {
  const primary = await set.primary();
  execFileSync('prlimit', ['--pid', String(primary.mongod.pid), '--fsize=1']);
  injected();
  await sleep(1_000);
  const next = await set.primary();
  note(next === primary ? 'the primary went on' : 'the primary gave up, another one was elected');
  set.kill(primary);
  await set.restart(primary);
  await set.healthy();
}

const diskFull: Fault = {
  kind: 'F20',
  name: 'the primary’s disk takes nothing any more (RLIMIT_FSIZE)',
  expected: 'I7; unavailable for 15 s at most',
  inject: fillDisk,
  expects: availableWithin(15_000),
};

export const DATABASE_FAULTS = [
  primaryKilled,
  steppedDown,
  unreachable,
  commitCutOnce,
  commitCutAlways,
  conflicts,
] as const;
export const REPLY_FAULTS = [...notPrimary, doubted, hanging] as const;
export const DISK_FAULTS = [diskFull] as const;
