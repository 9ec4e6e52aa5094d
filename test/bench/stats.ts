/** A median and how far it can be trusted. */
export interface Estimate {
  readonly median: number;
  /** Bounds of the bootstrap 95 % interval of the median. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2_000;

/** Numbers in [0, 1) that a seed repeats (mulberry32): the same order of subjects, the same data. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** The value below which this share of the values lies, interpolated; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The percentile bootstrap: with few rounds it says honestly how little they tell. */
export function estimate(values: readonly number[], seed = 1): Estimate {
  const random = seededRandom(seed);
  const pick = (): number => values[Math.floor(random() * values.length)] ?? NaN;
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(pick)));
  return { median: median(values), low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}
