import type { Caller } from './caller';
import type { History } from './history';

const DROP = 18;

/** Ids by what tells them apart. */
const short = (value: unknown): string =>
  JSON.stringify(value).replace(new RegExp(`[0-9a-f]{${DROP}}([0-9a-f]{6})`, 'g'), '$1');

/** A run as one reads it: each line with the number of commits before it. */
export function story(callers: readonly Caller[], { rows }: History): string[] {
  const lines: { readonly commit: number; readonly order: number; readonly line: string }[] = [];
  for (const { attempts, prepared } of callers) {
    for (const { requestId, invoked, returned, outcome } of attempts) {
      lines.push({ ...invoked, order: 1, line: `at ${invoked.now} asks ${requestId}: ${short(prepared?.wish)}` });
      if (returned)
        lines.push({ ...returned, order: 2, line: `at ${returned.now} told ${requestId}: ${short(outcome)}` });
    }
  }
  for (const { commit, requestId, type, target, p } of rows) {
    lines.push({ commit, order: 0, line: `commit ${commit} of ${requestId}: ${type} ${short(target)} ${short(p)}` });
  }
  return lines.sort((a, b) => a.commit - b.commit || a.order - b.order).map(({ line }) => line);
}
