import type { ViewerScope } from '../domain/scope';
import type { BudgetName } from '../platform/edge-settings';

/** Values of an answer that one point of a budget pays for. */
export const VALUES_OF_A_POINT = 1_000;

/** The price of a whole operation: a dear one costs more. */
export const pointsOf = (cost: number): number => 1 + Math.floor(cost / VALUES_OF_A_POINT);

/** Whose budgets an operation is paid from: the person's, and the organization's [T12]. */
export const payersOf = ({ actor, tenantId }: ViewerScope): readonly (readonly [BudgetName, string])[] => [
  ['user', actor.accountId],
  ['tenant', tenantId],
];
