import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How much the long-lived part of the heap may grow beyond what was alive before it is collected again, per cent. */
const GROWTH_PERCENT = 50;
/** Below this limit of the heap V8 grows by less than that by itself, bytes. */
const ROOMY = 2 ** 30;

/**
 * Keeps the process near what it needs. With gibibytes of memory V8 lets the old generation grow to several times what is
 * alive before it collects: `npm run bench -- footprint` shows the peak. In a small container it is careful by itself, and
 * under pressure even more so, which a fixed growth would end: there it is left alone. No limit: a large edit may still
 * use what it needs.
 */
export function keepHeapSmall(): void {
  if (getHeapStatistics().heap_size_limit > ROOMY) setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

/**
 * Collects once what loading and putting together has left behind, most of what is there by then: without a reason to
 * collect V8 would keep the pages. Node shows the collector to those who start it with a flag, or ask for it like this.
 */
export function collectOnce(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('globalThis.gc') as (() => void) | undefined;
  setFlagsFromString('--no-expose-gc');
  collect?.();
}
