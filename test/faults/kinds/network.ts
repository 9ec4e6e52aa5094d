import { setTimeout as sleep } from 'node:timers/promises';
import type { Weather } from '../../support/tcp-proxy';
import type { Fault, Scene } from '../fault';
import type { Lab } from '../lab';

const HOLES = 4;
/** Shorter than it takes the driver to give the server up. */
const HOLE_MS = 1_200;

/** Weather is for the services' connections: one that has none of them would be a fault of nothing. */
function mustReach({ lab: { set, redis }, missed }: Scene): void {
  const reached = set.nodes.some(({ proxy }) => proxy.affected > 0) && redis.proxy.affected > 0;
  if (!reached) missed('no connection of a service goes through the network that was broken');
}

const everywhere = ({ set, redis }: Lab, weather: Weather): void => {
  for (const { proxy } of set.nodes) proxy.set(weather);
  redis.proxy.set(weather);
};

const replyLost: Fault = {
  kind: 'F13',
  name: 'replies of the primary and of Redis are lost after they were carried out',
  expected: 'I9, I10',
  quick: true,
  inject: async (scene) => {
    const { lab, injected } = scene;
    mustReach(scene);
    for (let turn = 0; turn < HOLES; turn += 1) {
      const { proxy } = await lab.set.primary();
      proxy.set({ blackHole: 'down' });
      lab.redis.proxy.set({ blackHole: 'down' });
      injected(2);
      await sleep(HOLE_MS);
      proxy.set({});
      lab.redis.proxy.set({});
      await sleep(HOLE_MS);
    }
  },
};

const clientLost: Fault = {
  kind: 'F13',
  name: 'replies of the services are lost: the clients’ connections are cut',
  expected: 'I9, I10',
  inject: async ({ lab: { services }, injected, holdMs }) => {
    for (let waited = 0; waited < holdMs; waited += 250) {
      for (const { client } of services) client.cut();
      injected(2);
      await sleep(250);
    }
  },
};

const bad = (name: string, weather: Weather): Fault => ({
  kind: 'F14',
  name,
  expected: 'slower, and no storm of errors',
  inject: async (scene) => {
    const { lab, injected, holdMs } = scene;
    mustReach(scene);
    everywhere(lab, weather);
    injected();
    await sleep(2 * holdMs);
    everywhere(lab, {});
  },
  expects: ({ entries, began, ended }) => {
    const during = entries.filter((entry) => entry.return > began && entry.return < ended);
    const ok = during.filter(({ outcome }) => outcome === 'ok').length;
    return ok > 0 ? [] : ['nothing was acknowledged meanwhile'];
  },
});

export const NETWORK_FAULTS = [
  replyLost,
  clientLost,
  bad('25 to 250 ms later, each way', { latencyMs: 25, jitterMs: 225 }),
  bad('30 % of the packets lost (stalls of 200 ms)', { loss: 0.3 }),
  bad('64 kbit/s to each node', { bytesPerSecond: 8_000 }),
] as const;
