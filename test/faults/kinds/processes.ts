import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../../support/fail-point';
import { availableWithin, type Fault, type Scene } from '../fault';

/** Long enough for some requests to have got there. */
const GATHER_MS = 400;
/** A lease of the due worker is 30 s: it ends while its holder stands still. */
const STOPPED_MS = 32_000;

/** Where a request can be when its process is killed: held there by the database, on the way there or back. */
const POINTS: readonly Failure[] = [
  { failCommands: ['find'], namespace: 'happening.occurrences' },
  { failCommands: ['find'], namespace: 'happening.timeLocks' },
  { failCommands: ['find'], namespace: 'happening.idempotency' },
  { failCommands: ['update'], namespace: 'happening.occurrences' },
  { failCommands: ['insert', 'update'], namespace: 'happening.timeLocks' },
  { failCommands: ['insert'], namespace: 'happening.registrations' },
  { failCommands: ['update'], namespace: 'happening.registrations' },
  { failCommands: ['insert'], namespace: 'happening.journal' },
  { failCommands: ['commitTransaction'] },
];

async function killAt(scene: Scene, failure: Failure): Promise<void> {
  const { set } = scene.lab;
  await set.fail({ ...failure, blockConnection: true, blockTimeMS: 3 * GATHER_MS }, { times: 8 });
  await sleep(GATHER_MS);
  await killAndRestart(scene);
  await set.failNoMore();
}

/** After the commit, before its answer arrived: the tenth point. */
async function killUnanswered(scene: Scene): Promise<void> {
  const { proxy } = await scene.lab.set.primary();
  proxy.set({ blackHole: 'down' });
  await sleep(GATHER_MS);
  await scene.lab.services[0].kill();
  proxy.set({});
  await start(scene);
}

async function killAndRestart(scene: Scene): Promise<void> {
  await scene.lab.services[0].kill();
  await start(scene);
}

async function start({ lab, note, injected }: Scene): Promise<void> {
  injected();
  const began = performance.now();
  await lab.services[0].start();
  await lab.services[0].untilReady();
  note(`ready ${((performance.now() - began) / 1_000).toFixed(1)} s after its start`);
}

/** Leaves work to be done: what the removed person held is cancelled by whoever takes the row. */
async function removeSomebody({ load, tenants, random }: Scene): Promise<void> {
  for (const { organizer, people } of tenants) {
    const removed = people[Math.floor(random() * people.length)] ?? organizer;
    const { tenantId, userId } = organizer;
    await load.ask({ kind: 'remove', tenantId, userId, removedId: removed.userId }, organizer);
  }
}

const killedAtEachPoint: Fault = {
  kind: 'F1',
  name: 'kill -9 of a service, at ten points of a request and at random',
  expected: 'I1–I13; the other process goes on',
  inject: async (scene) => {
    for (const failure of POINTS) await killAt(scene, failure);
    await killUnanswered(scene);
    for (let turn = 0; turn < 2; turn += 1) {
      await sleep(scene.random() * 1_000);
      await killAndRestart(scene);
    }
  },
  // A transaction whose process died holds its documents for up to its lifetime, five seconds and the reaper's round.
  expects: availableWithin(10_000),
};

const killedOnce: Fault = {
  kind: 'F1',
  name: 'kill -9 of a service, with commits under way',
  expected: 'I1–I13; the other process goes on',
  quick: true,
  inject: (scene) => killAt(scene, { failCommands: ['commitTransaction'] }),
  expects: availableWithin(10_000),
};

const terminated: Fault = {
  kind: 'F2',
  name: 'SIGTERM of a service under load, and its successor',
  expected: 'I19: nobody in flight fails; /ready says 503 first',
  inject: async ({ lab: { services }, injected, missed }) => {
    const [first] = services;
    injected();
    const exit = first.terminate();
    const notice = await first.status('/ready');
    if (notice !== 503) missed(`/ready said ${notice} when the stop began`);
    const code = await exit;
    if (code !== 0) missed(`it ended with ${code}`);
    await first.start();
    await first.untilReady();
  },
  expects: ({ entries, began, ended }) =>
    entries
      .filter(({ server, invoke, outcome, said }) => {
        const failed = outcome === 'unknown' || said.code === 'ECONNREFUSED' || said.code === 'BusyError';
        return server === 0 && invoke >= began - 1_000 && invoke <= ended && failed;
      })
      .map(({ op, said }) => `${op.kind} at the process that stopped: ${said.code}`),
};

const stopped: Fault = {
  kind: 'F3',
  name: 'SIGSTOP of a service for 32 s with leases in its hands, then SIGCONT',
  expected: 'work is taken over, and done once',
  inject: async (scene) => {
    const [first] = scene.lab.services;
    await removeSomebody(scene);
    scene.injected();
    first.pause();
    await sleep(STOPPED_MS);
    first.resume();
    await first.untilReady();
  },
  // Until the balancer has noticed, and the transactions of the stopped one are ended by the server.
  expects: availableWithin(12_000),
};

const oneOfTwo: Fault = {
  kind: 'F4',
  name: 'of two services one is stopped, then killed',
  expected: 'the other does all the work, once',
  inject: async (scene) => {
    const [, second] = scene.lab.services;
    second.pause();
    await removeSomebody(scene);
    await sleep(scene.holdMs);
    await second.kill();
    scene.injected(2);
    await sleep(scene.holdMs);
    await second.start();
    await second.untilReady();
  },
  expects: availableWithin(12_000),
};

export const PROCESS_FAULTS = [killedAtEachPoint, killedOnce, terminated, stopped, oneOfTwo] as const;
