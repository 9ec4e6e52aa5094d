import type { RawAnswer } from '../raw-post';

interface ResultData {
  readonly __typename?: string;
}

/** What an operation came to; undefined or null where it was refused. */
export const resultOf = ({ body }: RawAnswer, operation: string): unknown => body.data?.[operation];

/** Whether the operation did what was asked: fields below it may still be out of this viewer's reach. */
export function succeeded(answer: RawAnswer, operation: string): boolean {
  const result = resultOf(answer, operation) as ResultData | null | undefined;
  const refused = answer.body.errors?.some(({ path }) => (path?.length ?? 0) <= 1) ?? false;
  return !refused && result !== undefined && result !== null && !result.__typename?.endsWith('Error');
}

/** The answer without what differs from request to request: its id, and, where there is one, the value that was sent. */
export function comparable({ status, text }: RawAnswer, sent?: string): string {
  const body = JSON.parse(text) as object;
  const kept = JSON.stringify(body, (key, value: unknown) => (key === 'requestId' ? undefined : value));
  return `${status} ${sent === undefined ? kept : kept.replaceAll(JSON.stringify(sent).slice(1, -1), '<sent>')}`;
}

/** What kinds of values stand where: the same for two answers of one kind about different things. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  const entries = Object.entries(value).filter(([key]) => key !== 'requestId');
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, ['__typename', 'code'].includes(key) ? inner : shapeOf(inner)]),
  );
}
