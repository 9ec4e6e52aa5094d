import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../../src/platform/clock';
import { FAKETIME } from '../../support/programs';
import type { Fault, Scene } from '../fault';
import type { Lab } from '../lab';
import type { Manner } from '../services';

const TRIES = 5;
const HOUR_MS = 3_600_000;
/** The library looks at its file once a second. */
const NOTICED_MS = 1_500;
/** The bound within which a removal is felt, and a busy machine. */
const TRUST_MS = 3_500;

const fileOf = ({ folder }: Lab): string => join(folder, 'clock');
const setOffset = (lab: Lab, ms: number): void =>
  writeFileSync(fileOf(lab), `${ms < 0 ? '-' : '+'}${Math.abs(ms) / 1_000}s\n`);

/** A wall clock that can be set from outside while the process runs; timers are as always. */
function ownClock(lab: Lab): Manner {
  const folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime'));
  const library = folders.flatMap((folder) => inFolder(folder)).find((path) => path.endsWith('libfaketimeMT.so.1'));
  if (library === undefined) throw new Error('libfaketimeMT.so.1 is not where the package faketime puts it');
  setOffset(lab, 0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: fileOf(lab),
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
      TZ: 'UTC',
    },
  };
}

function inFolder(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** From now on the services take it for so much later; their people sign in again, for a token tells a time. */
async function turnClocks({ lab, tenants, injected }: Scene, ms: number): Promise<void> {
  setOffset(lab, ms);
  injected();
  await sleep(NOTICED_MS);
  const now = (): Date => new Date(new SystemClock().now().getTime() + ms);
  await lab.world.signInAgain(tenants, { now });
}

/** Somebody whom both processes know is removed; neither may let them in for longer than it says. */
async function removeAndLook({ lab, load, tenants, missed }: Scene): Promise<void> {
  const [tenant] = tenants;
  const removed = tenant?.people.at(-1);
  if (tenant === undefined || removed === undefined) throw new Error('there are tenants');
  const { tenantId, userId } = tenant.organizer;
  const remove = { kind: 'remove', tenantId, userId, removedId: removed.userId } as const;
  for (let tries = 0; (await load.ask(remove, tenant.organizer)).outcome !== 'ok' && tries < TRIES; tries += 1) {
    await sleep(NOTICED_MS);
  }
  await sleep(TRUST_MS);
  const op = { kind: 'readEvent', tenantId, userId: removed.userId, eventId: tenant.events[0]?.eventId ?? '' } as const;
  for (const { client, index } of lab.services) {
    const { outcome, said } = await client.ask(op, null, removed.token);
    if (said.code !== 'UNAUTHENTICATED') missed(`process ${index} let in who was removed: ${outcome} ${said.code}`);
  }
}

/** Both processes remember whom they have just let in. */
async function meet({ lab, tenants }: Scene): Promise<void> {
  const [tenant] = tenants;
  const person = tenant?.people.at(-1);
  if (tenant === undefined || person === undefined) throw new Error('there are tenants');
  const { tenantId, userId, token } = person;
  const op = { kind: 'readEvent', tenantId, userId, eventId: tenant.events[0]?.eventId ?? '' } as const;
  await Promise.all(lab.services.map(({ client }) => client.ask(op, null, token)));
}

const jumps: Fault = {
  kind: 'F18',
  name: 'clocks jump an hour ahead, and back, and an hour back',
  expected: 'expiries hold; a removal is felt in time',
  needs: [FAKETIME],
  manner: ownClock,
  inject: async (scene) => {
    await turnClocks(scene, HOUR_MS);
    await sleep(scene.holdMs);
    await meet(scene);
    await turnClocks(scene, 0);
    await removeAndLook(scene);
    await turnClocks(scene, -HOUR_MS);
    await sleep(scene.holdMs);
    await turnClocks(scene, 0);
  },
};

/** The services live through a moment that is somewhere else in the calendar. */
const through = (name: string, moment: string): Fault => ({
  kind: 'F18',
  name,
  expected: 'I16: instants and wall clocks agree',
  needs: [FAKETIME],
  manner: ownClock,
  inject: async (scene) => {
    const soon = NOTICED_MS + scene.holdMs / 2;
    await turnClocks(scene, Math.round(Date.parse(moment) - soon - new SystemClock().now().getTime()));
    await sleep(scene.holdMs);
    await turnClocks(scene, 0);
  },
});

export const CLOCK_FAULTS = [
  jumps,
  through('the night when Berlin’s clocks go forward', '2027-03-28T01:00:00Z'),
  through('the end of a year', '2028-01-01T00:00:00Z'),
  through('a leap day', '2028-02-29T00:00:00Z'),
] as const;
