import type { Args } from './samples';

/** Stands for a value that is left out. */
export const ABSENT = Symbol('left out');

/** A copy of the arguments with one value put in its place, or taken away. What lies above it is made where it is missing. */
export function withValueAt(args: Args, path: readonly string[], value: unknown): Args {
  const copy = structuredClone(args);
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce<Args>((above, step, index) => {
    const next = above[step];
    if (typeof next === 'object' && next !== null) return next as Args;
    const made = (path[index + 1] === '0' ? [] : {}) as Args;
    above[step] = made;
    return made;
  }, copy);
  if (value === ABSENT) delete parent[last];
  else parent[last] = value;
  return copy;
}
