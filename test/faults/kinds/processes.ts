import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../../support/fail-point';
import { availableWithin, type Fault, type Scene } from '../fault';

/** Long enough for some requests to have got there. */
const GATHER_MS = 400;

/** Where a request can be when its process is killed: held there by the database, on the way there or back. */
const POINTS: readonly (readonly [name: string, failure: Failure])[] = [
  ['reading the dates', { failCommands: ['find'], namespace: 'happening.occurrences' }],
  ['reading the time', { failCommands: ['find'], namespace: 'happening.timeLocks' }],
  ['reading the keys', { failCommands: ['find'], namespace: 'happening.idempotency' }],
  ['writing the dates', { failCommands: ['update'], namespace: 'happening.occurrences' }],
  ['writing the time', { failCommands: ['update'], namespace: 'happening.timeLocks' }],
  ['writing registrations', { failCommands: ['insert'], namespace: 'happening.registrations' }],
  ['cancelling registrations', { failCommands: ['update'], namespace: 'happening.registrations' }],
  ['writing the journal', { failCommands: ['insert'], namespace: 'happening.journal' }],
  ['writing the keys', { failCommands: ['insert'], namespace: 'happening.idempotency' }],
  ['before the commit', { failCommands: ['commitTransaction'] }],
];

async function killAt(scene: Scene, failure: Failure): Promise<void> {
  const { set, services } = scene.lab;
  await set.fail({ ...failure, blockConnection: true, blockTimeMS: 3 * GATHER_MS }, { times: 8 });
  await sleep(GATHER_MS);
  await killAndRestart(scene);
  await set.failNoMore();
  await services[0].untilReady();
}

/** After the commit, before its answer arrived. */
async function killUnanswered(scene: Scene): Promise<void> {
  const { set } = scene.lab;
  const { proxy } = await set.primary();
  proxy.set({ blackHole: 'down' });
  await sleep(GATHER_MS);
  await scene.lab.services[0].kill();
  proxy.set({});
  await start(scene);
}

async function killAndRestart(scene: Scene): Promise<void> {
  scene.injected();
  await scene.lab.services[0].kill();
  await start(scene);
}

async function start({ lab, note }: Scene): Promise<void> {
  const began = performance.now();
  await lab.services[0].start();
  await lab.services[0].untilReady();
  note(`ready ${Math.round(performance.now() - began)} ms after the start`);
}

export const KILLED: Fault = {
  kind: 'F1',
  name: 'kill -9 of a service, at ten points of a request and at random',
  expected: 'I1–I13; the other process goes on; restart in 5 s',
  inject: async (scene) => {
    for (const [, failure] of POINTS) await killAt(scene, failure);
    scene.injected();
    await killUnanswered(scene);
    for (let turn = 0; turn < 3; turn += 1) {
      await sleep(scene.random() * 1_000);
      await killAndRestart(scene);
    }
  },
  expects: availableWithin(8_000),
};

export const KILLED_ONCE: Fault = {
  kind: 'F1',
  name: 'kill -9 of a service, once, with commits under way',
  expected: 'I1–I13; the other process goes on',
  quick: true,
  inject: (scene) => killAt(scene, { failCommands: ['commitTransaction'] }),
};
