const REDACTED = '[redacted]';
const TOO_DEEP = '[…]';
const MAX_DEPTH = 8;

/** Names whose values never reach a log, at any depth: secrets, and what tells who somebody is. */
const SENSITIVE = /authorization|cookie|password|token|secret|idempotency|e-?mail|^mongodb_?uri$/i;

/** Secrets inside of texts: signed tokens, credentials in a database URI, the values of a duplicate key. */
const INSIDE: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, REDACTED],
  [/\bBearer\s+[\w.~+/=-]+/gi, `Bearer ${REDACTED}`],
  // Of an invitation, a session or a calendar feed: `platform/tenant-token.ts`. The last one stands in a path.
  [/\b([0-9a-f]{24})\.[\w-]{43}(?![\w-])/g, `$1.${REDACTED}`],
  [/(mongodb(?:\+srv)?:\/\/)[^@/\s]+@/g, `$1${REDACTED}@`],
  [/dup key: \{.*\}/gs, `dup key: { ${REDACTED} }`],
];

export const redactText = (text: string): string =>
  INSIDE.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);

/** Only what helps to find the fault: other properties of a driver's error hold documents and commands. */
export function redactError(error: Error, depth = 0): Record<string, unknown> {
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? { code: error.code } : {};
  const cause = error.cause instanceof Error && depth < MAX_DEPTH ? { cause: redactError(error.cause, depth + 1) } : {};
  return {
    type: error.name,
    message: redactText(error.message),
    ...code,
    stack: redactText(error.stack ?? ''),
    ...cause,
  };
}

/** A copy fit for a log. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return redactError(value);
  if (value instanceof Date) return value;
  if (depth === MAX_DEPTH) return TOO_DEEP;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, item]) => [name, SENSITIVE.test(name) ? REDACTED : redact(item, depth + 1)]),
  );
}
