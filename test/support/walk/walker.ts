import { capturedLog } from '../captured-log';
import { rawPost, type RawAnswer } from '../raw-post';
import { testService } from '../service';
import type { WireOperation } from '../wire';
import { dumpOf, idsIn, Secrets } from './leaks';
import { furnished, type Furnished } from './mirrored';
import { type Args, sampleOf } from './samples';

export interface Sending {
  /** What the asker sends of the other organization's, and may see again. */
  readonly sent?: readonly string[];
  readonly headers?: Record<string, string>;
}

/**
 * Two organizations with mirrored data, A ("ours") and B ("theirs"), and somebody of A who asks: every answer is searched
 * for anything of B's. Call it at the top of a test file.
 */
export function walker() {
  const log = capturedLog();
  const service = testService({}, log);
  /** What was sent with each request, by its id. */
  const sentWith = new Map<string, readonly string[]>();
  let world: { ours: Furnished; theirs: Furnished } | undefined;
  let secrets = new Secrets([], []);
  let before: string[] = [];
  const known = () => {
    if (world === undefined) throw new Error('the two organizations are there from beforeAll on');
    return world;
  };
  /** Takes note of what B has now: that is what must not be seen, and must not change. */
  const remember = async (): Promise<void> => {
    const { organization } = known().theirs;
    before = await dumpOf(service.connection, organization.tenantId);
    secrets = new Secrets([organization.canary], idsIn(before));
  };
  beforeAll(async () => {
    world = { ours: await furnished(service, 'A'), theirs: await furnished(service, 'B') };
    await remember();
  });

  /** Asks as A's admin; fails when the bytes of the answer hold anything of B's that was not sent. */
  const ask = async (
    request: { readonly query: string; readonly variables: object },
    { sent = [], headers = {} }: Sending = {},
  ): Promise<RawAnswer> => {
    const requestId = `walk-${sentWith.size + 1}`;
    sentWith.set(requestId, sent);
    const { token } = known().ours.organization.admin;
    const answer = await rawPost(service.url, {
      ...request,
      token,
      headers: { 'x-request-id': requestId, ...headers },
    });
    const told = `${JSON.stringify([...answer.headers])}\n${answer.text}`;
    expect(secrets.foundIn(told, sent)).toEqual([]);
    expect(answer.status).toBeLessThan(500);
    return answer;
  };

  return {
    service,
    ask,
    remember,
    get ours() {
      return known().ours;
    },
    get theirs() {
      return known().theirs;
    },
    get secrets() {
      return secrets;
    },
    /** One operation with everything that it can answer. */
    call: (operation: WireOperation, variables: Args, sending?: Sending): Promise<RawAnswer> =>
      ask({ query: operation.document, variables }, sending),
    /** The same, as B's admin: nothing is searched. */
    callAsThem: ({ document: query }: WireOperation, variables: Args): Promise<RawAnswer> =>
      rawPost(service.url, { query, variables, token: known().theirs.organization.admin.token }),
    /** Arguments with which an operation succeeds for A, or for B. */
    argsOf: ({ name }: WireOperation, { organization }: Furnished = known().ours): Promise<Args> =>
      sampleOf(name).args(organization, organization.admin),
    /** What the log says about A's requests and should not. */
    leaksInTheLog(): { secret: string; line: unknown }[] {
      const lines = log.parsed().filter(({ requestId }) => sentWith.has(String(requestId)));
      expect(lines.length).toBeGreaterThanOrEqual(sentWith.size);
      return lines.flatMap((line) => {
        const found = secrets.foundIn(JSON.stringify(line), sentWith.get(String(line['requestId'])));
        return found.map((secret) => ({ secret, line }));
      });
    },
    async theirsIsUnchanged(): Promise<void> {
      expect(await dumpOf(service.connection, known().theirs.organization.tenantId)).toEqual(before);
    },
  };
}
