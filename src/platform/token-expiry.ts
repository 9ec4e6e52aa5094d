import { decodeJwt } from 'jose';

/** When a token ends, by its own word: for one that has just been verified. The far future for one that does not say. */
export function expiryOf(token: string): Date {
  const { exp } = decodeJwt(token);
  return new Date(exp === undefined ? 8.64e15 : exp * 1_000);
}
