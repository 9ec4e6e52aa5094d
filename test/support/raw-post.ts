import type { Answer } from './client';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The bytes as text. */
  readonly text: string;
  readonly body: Pick<Answer<Record<string, unknown>>, 'data' | 'errors'>;
}

export interface RawRequest {
  readonly query: string;
  readonly variables: object;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** A document over HTTP; the answer also as the bytes that came. */
export async function rawPost(url: string, { query, variables, token, headers }: RawRequest): Promise<RawAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as RawAnswer['body'] };
}
