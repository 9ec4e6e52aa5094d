/** How long a code counts, milliseconds; how many tries it has; how many are sent to one account within an hour [T14, J10]. */
export const EMAIL_CODE_MS = 10 * 60_000;
export const EMAIL_CODE_TRIES = 5;
const EMAIL_CODES_PER_HOUR = 5;
const HOUR_MS = 3_600_000;

/** A code that was sent: what recognises it, and not the code. */
export interface EmailCode {
  readonly hash: string;
  readonly expiresAt: Date;
  /** Wrong ones so far. */
  readonly tries: number;
}

/** How far an account is with showing that its address is its own. */
export interface EmailCheck {
  /** Counts codes sent and the verification, from 1; 0: nothing happened yet. */
  readonly version: number;
  readonly verifiedAt: Date | null;
  /** The newest one alone counts; null: there is none, or it was used. */
  readonly code: EmailCode | null;
  /** When codes were sent within the last hour. */
  readonly sentAt: readonly Date[];
}

/** Sends one more code. `wait`: not yet; milliseconds. */
export function withNewCode(
  check: EmailCheck,
  { hash, now }: { hash: string; now: Date },
): { readonly check: EmailCheck } | { readonly wait: number } {
  const sentAt = check.sentAt.filter((at) => now.getTime() - at.getTime() < HOUR_MS);
  const [first] = sentAt;
  if (first !== undefined && sentAt.length >= EMAIL_CODES_PER_HOUR) {
    return { wait: first.getTime() + HOUR_MS - now.getTime() };
  }
  const code = { hash, expiresAt: new Date(now.getTime() + EMAIL_CODE_MS), tries: 0 };
  return { check: { ...check, version: check.version + 1, code, sentAt: [...sentAt, now] } };
}

/**
 * One try. Null: nothing to try, because there is no code, it has expired, or its tries are used up; a right one is
 * refused then too. A right code is gone afterwards, a wrong one costs a try.
 */
export function withTry(
  check: EmailCheck,
  { fits, now }: { fits: (hash: string) => boolean; now: Date },
): EmailCheck | null {
  const { code } = check;
  if (code === null || now >= code.expiresAt || code.tries >= EMAIL_CODE_TRIES) return null;
  if (!fits(code.hash)) return { ...check, code: { ...code, tries: code.tries + 1 } };
  return { ...check, version: check.version + 1, verifiedAt: now, code: null };
}
