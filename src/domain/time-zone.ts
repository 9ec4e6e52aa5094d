import { Temporal } from 'temporal-polyfill';

import { DAY_MS } from './civil-date';
import { FORMER_NAMES, ZONES_BY_AREA } from './iana-zones';

const canonicalNames = readNames();

function readNames(): ReadonlyMap<string, string> {
  const names = new Map([['utc', 'UTC']]);
  for (const [area, locations] of Object.entries(ZONES_BY_AREA)) {
    for (const location of locations.split(' ')) names.set(`${area}/${location}`.toLowerCase(), `${area}/${location}`);
  }
  const pairs = FORMER_NAMES.split(' ');
  for (let i = 0; i + 1 < pairs.length; i += 2) names.set(pairs[i]!.toLowerCase(), pairs[i + 1]!);
  return names;
}

/**
 * The canonical name of an IANA zone (`asia/calcutta` is `Asia/Kolkata`), or null. Offsets (`+05:00`, `Etc/GMT-5`) and
 * abbreviations (`EST`, `CET`) are no zones: they know no clock changes, or different ones than people expect [A1].
 */
export function canonicalTimeZone(name: string): string | null {
  const canonical = canonicalNames.get(name.toLowerCase()) ?? null;
  return canonical !== null && hostKnows(canonical) ? canonical : null;
}

/** A zone younger than the host's own time zone data cannot be computed there. */
function hostKnows(zone: string): boolean {
  try {
    offsetAt(0, zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * Offsets are remembered per zone in buckets of four days: shorter than any two changes of one zone have been apart
 * since 1970 (6.9 days, Boa Vista in October 2000), so a bucket whose ends agree has one offset throughout.
 */
const BUCKET_MS = 4 * DAY_MS;
const MAX_ZONES = 64;
const remembered = new Map<string, Map<number, number>>();

/** A zone's distance from UTC at an instant, both in milliseconds; east is positive. */
export function offsetAt(epochMs: number, zone: string): number {
  const bucket = Math.floor(epochMs / BUCKET_MS);
  const offset = offsetAtEdge(bucket, zone);
  return offset === offsetAtEdge(bucket + 1, zone) ? offset : computeOffset(epochMs, zone);
}

function offsetAtEdge(bucket: number, zone: string): number {
  const edges = remembered.get(zone) ?? new Map<number, number>();
  if (edges.size === 0) {
    if (remembered.size >= MAX_ZONES) remembered.clear();
    remembered.set(zone, edges);
  }
  let offset = edges.get(bucket);
  if (offset === undefined) edges.set(bucket, (offset = computeOffset(bucket * BUCKET_MS, zone)));
  return offset;
}

const computeOffset = (epochMs: number, zone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
