import type { Args } from '../walk/samples';
import { withValueAt } from '../walk/set-at';
import { alternative, type BadCase, type Choice, choicesOnTheWayTo } from './cases';

export const choosing = (args: Args, choices: readonly Choice[]): Args =>
  choices.reduce(
    (chosen, { path, type, name }) => withValueAt(chosen, path, { [name]: alternative(type, name) }),
    args,
  );

/** The right arguments of an operation with the one fault of a case. */
export function spoiled(right: Args, { position, spoil }: BadCase): Args {
  const args = choosing(right, choicesOnTheWayTo(position));
  return withValueAt(args, position.path, spoil(valueAt(args, position.path)));
}

const valueAt = (args: Args, path: readonly string[]): unknown =>
  path.reduce<unknown>((above, step) => (above as Record<string, unknown> | undefined)?.[step], args);
