import { Agent, request } from 'node:http';
import type { Op, Told } from './history';
import { documentOf, readAnswer, type Body } from './wire';

/** Longer than the service's own budget for a booking; who has no answer by then knows nothing. */
export const CLIENT_TIMEOUT_MS = 12_000;

interface Response {
  readonly status: number;
  readonly text: string;
}

/** Nothing went out: nobody listens there. */
const NOT_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED']);

/** The clients of one process: kept connections, and an honest account of what a broken one means. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(private readonly url: URL) {}

  async ask(op: Op, key: string | null, token: string): Promise<Told> {
    try {
      const { status, text } = await this.post(documentOf(op, key), token);
      if (status >= 500) return { outcome: 'unknown', said: { code: `HTTP ${status}` } };
      return readAnswer(JSON.parse(text) as Body, op);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNREADABLE';
      return { outcome: NOT_SENT.has(code) ? 'fail' : 'unknown', said: { code } };
    }
  }

  /** Ends every connection, whatever it waits for. The next request opens a new one. */
  cut(): void {
    this.#agent.destroy();
  }

  /** @throws what happened to the connection, with its code */
  post(body: string, token: string): Promise<Response> {
    return new Promise((resolve, reject) => {
      const sent = request(this.url, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${token}`,
        },
      });
      const timer = setTimeout(() => {
        sent.destroy(Object.assign(new Error('no answer in time'), { code: 'CLIENT_TIMEOUT' }));
      }, CLIENT_TIMEOUT_MS);
      sent.on('error', reject).on('close', () => clearTimeout(timer));
      sent.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      });
      sent.end(body);
    });
  }
}
