import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../src/platform/clock';
import { Balancer } from './balancer';
import { check } from './checker';
import { readDump } from './dump';
import type { Fault, Observed, Scene } from './fault';
import type { Finding } from './findings';
import type { Entry } from './history';
import type { Lab } from './lab';
import { Load } from './load';
import { makeRow, type Row } from './row';
import { settle } from './settle';
import { acknowledgements, longestGap, rate, recoveryMs } from './timeline';
import type { Size, Tenant } from './world';

export interface RunSettings {
  readonly random: () => number;
  readonly clients: number;
  readonly size: Size;
  readonly warmMs: number;
  readonly holdMs: number;
  /** Where logs of operations go. */
  readonly folder: string;
  /** Whether times are judged: not on a machine that others use, too. */
  readonly timed: boolean;
}

/** A fault that happened, and what is needed to judge it again once everything is at rest. */
export interface Ran {
  readonly row: Row;
  readonly history: readonly Entry[];
  readonly tenantIds: readonly string[];
  readonly staleMs: number;
}

/** Documented: a message to the other processes may get lost. And what a busy machine adds. */
const STALE_MS = 3_000;
const CALM_MS = 1_500;
const RECOVERY_LIMIT_MS = 40_000;
const POLL_MS = 100;

/** Load, the fault, load until it runs as before; then every unknown outcome is settled, and all of it is checked. */
export async function runFault(lab: Lab, fault: Fault, settings: RunSettings): Promise<Ran> {
  if (fault.manner === undefined) return run(lab, fault, settings);
  await lab.startServices(fault.manner(lab));
  try {
    return await run(lab, fault, settings);
  } finally {
    await lab.startServices();
  }
}

/** A fault that could not be played to its end: a row that says why. */
export function notRun(fault: Fault, error: unknown): Ran {
  const observed: Observed = { entries: [], began: 0, ended: 0, unavailableMs: 0, recoveryMs: Infinity, normal: 0 };
  const missed = [`it could not be run: ${error instanceof Error ? error.message : String(error)}`];
  const settled = { unknown: 0, settled: 0 };
  const row = makeRow(fault, { observed, settled, findings: [], injections: 0, notes: [], missed });
  return { row, history: [], tenantIds: [], staleMs: 0 };
}

async function run(lab: Lab, fault: Fault, settings: RunSettings): Promise<Ran> {
  await lab.healthy();
  const { history, log } = openLog(fault, settings);
  const notes: string[] = [];
  const missed: string[] = [];
  let injections = 0;
  const tenants = await makeWorld(lab, settings);
  const balancer = new Balancer(lab.services);
  balancer.start();
  const record = (entry: Entry): void => {
    history.push(entry);
    log.write(`${JSON.stringify(entry)}\n`);
  };
  const load = new Load([...tenants], balancer, { ...settings, month: month(), record });
  const scene: Scene = {
    ...{ lab, load, tenants, month: month(), random: settings.random, holdMs: settings.holdMs },
    injected: (times = 1) => void (injections += times),
    note: (text) => void notes.push(text),
    missed: (text) => void missed.push(text),
  };
  const observed = await observe(scene, { fault, history, warmMs: settings.warmMs });
  await load.stop();
  await balancer.stop();
  await lab.healthy();
  const settled = await settle(history, { service: lab.services[0], tokenOf: tokensOf(tenants), record });
  log.end();
  const staleMs = fault.staleMs ?? STALE_MS;
  const tenantIds = tenants.map(({ tenantId }) => tenantId);
  const findings = check(history, await readDump(lab.database, tenantIds), { atRest: null, staleMs });
  if (settings.timed) missed.push(...(fault.expects?.(observed) ?? []));
  missed.push(...inVain(observed, injections), ...deathsOf(lab));
  notes.push(...errorsLogged(lab));
  const row = makeRow(fault, { observed, settled, findings, injections, notes, missed });
  return { row, history, tenantIds, staleMs };
}

/** The same comparison when the last work of all faults is done: what comes late counts, too. */
export async function checkAtRest(lab: Lab, runs: readonly Ran[]): Promise<Finding[]> {
  const findings = await Promise.all(
    runs.map(async ({ history, tenantIds, staleMs }) =>
      check(history, await readDump(lab.database, tenantIds), { atRest: new Date(), staleMs }),
    ),
  );
  return findings.flat();
}

function openLog({ kind, name }: Fault, { folder }: RunSettings) {
  const file = `${kind}-${name.replaceAll(/[^a-z0-9]+/gi, '-')}.jsonl`;
  return { history: [] as Entry[], log: createWriteStream(join(folder, file)) };
}

/** Four years ahead: nothing of it begins while it is booked, whatever the services take for now. */
const YEARS_AHEAD = 4;
const month = (): string => `${new SystemClock().now().getUTCFullYear() + YEARS_AHEAD}-03`;

const makeWorld = (lab: Lab, { size }: RunSettings): Promise<Tenant[]> =>
  lab.world.make(size, lab.post, { month: month() });

function tokensOf(tenants: readonly Tenant[]): (userId: string) => string {
  const everybody = tenants.flatMap(({ organizer, people, leavers }) => [organizer, ...people, ...leavers]);
  const tokens = new Map(everybody.map(({ userId, token }) => [userId, token]));
  return (userId) => tokens.get(userId) ?? '';
}

async function observe(
  scene: Scene,
  { fault, history, warmMs }: { fault: Fault; history: readonly Entry[]; warmMs: number },
): Promise<Observed> {
  scene.load.start();
  await sleep(warmMs);
  const began = performance.now();
  // The first moments are those of cold processes.
  const normal = rate(acknowledgements(history), began - warmMs * 0.7, began);
  await fault.inject(scene).catch((error: unknown) => scene.missed(`it could not be injected: ${String(error)}`));
  const ended = performance.now();
  let back = Infinity;
  while (back === Infinity && performance.now() < ended + RECOVERY_LIMIT_MS) {
    await sleep(POLL_MS);
    back = recoveryMs(acknowledgements(history), { ended, to: performance.now(), normal });
  }
  await sleep(CALM_MS);
  const until = performance.now();
  const unavailableMs = longestGap(acknowledgements(history), began, until);
  return { entries: history, began, ended, unavailableMs, recoveryMs: back, normal };
}

/** What would make a row good for nothing: no load, no fault, no service afterwards. */
function inVain({ entries, ended, normal, recoveryMs: back }: Observed, injections: number): string[] {
  const after = acknowledgements(entries).some((at) => at > ended);
  return [
    ...(normal > 0 ? [] : ['nothing was acknowledged before it']),
    ...(injections > 0 ? [] : ['it never struck']),
    ...(after && back < Infinity ? [] : [`it did not work as before again within ${RECOVERY_LIMIT_MS / 1_000} s`]),
  ];
}

/** A fact for the table: somebody would have to look at these. */
function errorsLogged({ services }: Lab): string[] {
  const errors = services.reduce((sum, { complaints }) => sum + complaints.splice(0).length, 0);
  return errors === 0 ? [] : [`${errors} errors logged`];
}

/** I20: nobody ends by themselves, whatever happens around them. */
const deathsOf = ({ services }: Lab): string[] => services.flatMap(({ crashes }) => crashes.splice(0));
