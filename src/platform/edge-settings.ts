import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

/** So much within so many seconds; 0 points: no limit. */
export interface Budget {
  readonly points: number;
  readonly seconds: number;
}

/**
 * `address`: requests of one client address. `user`, `tenant`: operations of one person, of one organization. `sensitive`: executions
 * of one field that tries a secret or sends mail, from one address. `logIn`: failures for one account from one address.
 */
export type Budgets = Readonly<Record<'address' | 'user' | 'tenant' | 'sensitive' | 'logIn', Budget>>;
export type BudgetName = keyof Budgets;

/** What the process lets strangers do, before anything of the product is asked. */
export interface EdgeSettings {
  /** Express' `trust proxy`: how many proxies stand in front, or which; false: none, and `X-Forwarded-For` is nobody's word [J12]. */
  readonly trustProxy: false | number | readonly string[];
  /** Origins whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[];
  readonly budgets: Budgets;
  /** Absolute path of the list of the only operations that are executed; unset: every operation is. */
  readonly persistedOperations: string | undefined;
}

/** Apollo Sandbox is a page of Apollo's that asks the developer's own machine. */
const SANDBOX = 'https://studio.apollographql.com';

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

const RANGES = ['loopback', 'linklocal', 'uniquelocal'];

function isProxy(text: string): boolean {
  const [address = '', bits] = text.split('/');
  return RANGES.includes(text) || (isIP(address) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits)));
}

const trustProxy = z
  .string()
  .refine(
    (text) => /^[1-9]$/.test(text) || (listed(text).length > 0 && listed(text).every(isProxy)),
    'must be the number of proxies in front (1 to 9), or their addresses, separated by commas',
  )
  .transform((text): EdgeSettings['trustProxy'] => (/^[1-9]$/.test(text) ? Number(text) : listed(text)));

const isOrigin = (text: string): boolean =>
  /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;

const corsOrigins = z
  .string()
  .transform(listed)
  .refine((origins) => origins.every(isOrigin), 'must be origins such as https://app.example.org, separated by commas');

const BOUND = 'must be a whole number up to 999,999,999; 0: no limit';
const bound = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, BOUND)
    .transform(Number)
    .default(fallback);

/** The keys of the environment that these settings are made of. */
export const edgeShape = {
  TRUST_PROXY: trustProxy.default(false),
  CORS_ORIGINS: corsOrigins.optional(),
  RATE_LIMIT_ADDRESS: bound(6_000),
  RATE_LIMIT_USER: bound(1_200),
  RATE_LIMIT_TENANT: bound(60_000),
  RATE_LIMIT_SENSITIVE: bound(60),
  RATE_LIMIT_LOG_IN: bound(10),
  PERSISTED_OPERATIONS: z.string().optional(),
};

type EdgeValues = z.infer<z.ZodObject<typeof edgeShape>>;

const MINUTE = 60;

export function edgeSettingsOf(values: EdgeValues, { development }: { readonly development: boolean }): EdgeSettings {
  return Object.freeze({
    trustProxy: values.TRUST_PROXY,
    corsOrigins: values.CORS_ORIGINS ?? (development ? [SANDBOX] : []),
    budgets: Object.freeze({
      address: { points: values.RATE_LIMIT_ADDRESS, seconds: MINUTE },
      user: { points: values.RATE_LIMIT_USER, seconds: MINUTE },
      tenant: { points: values.RATE_LIMIT_TENANT, seconds: MINUTE },
      sensitive: { points: values.RATE_LIMIT_SENSITIVE, seconds: MINUTE },
      logIn: { points: values.RATE_LIMIT_LOG_IN, seconds: 15 * MINUTE },
    }),
    persistedOperations: values.PERSISTED_OPERATIONS === undefined ? undefined : resolve(values.PERSISTED_OPERATIONS),
  });
}
