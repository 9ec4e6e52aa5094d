import type { Facts, Role } from './facts';

/** Who can run an operation; `anybody` has no token yet. */
export type Audience = 'anybody' | Role;

/** A file of `operations/`, with the variables that lie beside it. */
export interface OperationFile {
  /** Without `.graphql`. */
  readonly name: string;
  readonly query: string;
  /** JSON, in which `"{{fact}}"` stands for what is looked up. */
  readonly variables: string;
  readonly audience: Audience;
}

const RANK: Readonly<Record<Audience, number>> = { anybody: 0, USER: 1, ORGANIZER: 2, ORG_ADMIN: 3 };

export const isAudience = (text: string): text is Audience => Object.hasOwn(RANK, text);

/** Signed in, one has no use for what signs in. */
export const isFor = ({ audience }: OperationFile, role: Role | null): boolean =>
  role === null ? audience === 'anybody' : audience !== 'anybody' && RANK[audience] <= RANK[role];

/** A fact as a whole JSON string, which takes the fact's own type, or as a part of one. */
const WHOLE = /"\{\{([\w.]+)\}\}"/g;
const PART = /\{\{([\w.]+)\}\}/g;

/** The variables with every `{{fact}}` filled in; null where one is not known. */
export function filled(variables: string, facts: Facts): string | null {
  const names = [...variables.matchAll(PART)].map(([, name = '']) => name);
  if (names.some((name) => !Object.hasOwn(facts, name))) return null;
  return variables
    .replaceAll(WHOLE, (_whole, name: string) => JSON.stringify(facts[name]))
    .replaceAll(PART, (_part, name: string) => JSON.stringify(String(facts[name])).slice(1, -1));
}
