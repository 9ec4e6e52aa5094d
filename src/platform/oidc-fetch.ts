import { parseUniqueJson } from './unique-json';

export interface FetchLimits {
  /** For the whole answer, milliseconds. */
  readonly timeoutMs: number;
  /** Of the answer as it is after decompression. */
  readonly maxBytes: number;
}

/**
 * Reads a JSON document over the network, within limits. Redirects are not followed: they would lead anywhere.
 *
 * @throws when there is none to be had
 */
export async function fetchJson(url: string, { timeoutMs, maxBytes }: FetchLimits): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop gives the rest of the answer up.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`answered more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return parseUniqueJson(Buffer.concat(chunks).toString('utf8'));
}
