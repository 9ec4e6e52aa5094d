/** Of everybody who is seeded. */
export const SEED_PASSWORD = 'correct horse battery staple';

/**
 * Its hash, made once with the service's own parameters: a new one would have another salt each time, and the same
 * arguments would not give the same data. A test lets somebody in with it.
 */
export const SEED_PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$CeyvnRg21Vc0W+gcW+WOag$Hbc9qzCyWj77qt0QfXWwLUe1W5tAbuy7pyoQ+sdTxs4';
