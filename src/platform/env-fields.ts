import { z } from 'zod';
import { BadSecretsKeyError, parseSecretsKeys, type SecretsKeys } from './secret-box';
import { BadSigningKeyError, parseKeyRing, type KeyRing } from './signing-keys';

/* What the text of a key of the environment may be; each message says what it must be, and never repeats it. */

export const whole = (fallback: number, { min, max }: { min: number; max: number }) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message))
    .default(fallback);
};

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

export const mongodbUri = z.string().regex(/^mongodb(\+srv)?:\/\/[^/]/, 'must start with mongodb:// or mongodb+srv://');

export const redisUrl = z.string().regex(/^rediss?:\/\/[^/]/, 'must start with redis:// or rediss://');

/** Text that `parse` reads, whose complaint of the kind `fault` is the message. */
export const parsed = <T>(parse: (text: string) => T, fault: abstract new (...args: never[]) => Error) =>
  z.string().transform((text, context): T => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof fault)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

export const accessTokenKey = parsed<KeyRing>(parseKeyRing, BadSigningKeyError);

export const secretsKey = parsed<SecretsKeys>(parseSecretsKeys, BadSecretsKeyError);

const METRICS_PORT_MESSAGE = 'must be a port, 0 for a free one, or off';
export const metricsPort = z
  .string()
  .regex(/^(off|\d{1,5})$/, METRICS_PORT_MESSAGE)
  .transform((text) => (text === 'off' ? null : Number(text)))
  .refine((port) => port === null || port <= 65_535, METRICS_PORT_MESSAGE);
