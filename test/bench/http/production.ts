import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { People } from './people';

/** What a service needs to start as in production and to know the bench's people. */
export const productionFor = ({ signingKey }: People) => ({
  NODE_ENV: 'production',
  ACCESS_TOKEN_KEY: signingKey,
  SECRETS_KEY: randomBytes(32).toString('base64'),
  // Two of them run side by side.
  METRICS_PORT: 'off',
  MAIL_DIR: join(tmpdir(), 'happening-bench-mail'),
  // One generator asks for everybody, from one address.
  RATE_LIMIT_ADDRESS: '0',
  RATE_LIMIT_USER: '0',
  RATE_LIMIT_TENANT: '0',
});
