import { type Answer, codesOf } from '../../support/client';
import { ACCEPT, invited, newAddress, PASSWORD } from '../../support/colleagues';
import { founderOf, type SignedIn } from '../../support/founder';
import { testService } from '../../support/service';
import { LOG_IN } from '../../support/sessions';

/*
 * J9: whoever founds an organization can invite any address, and has a token to try its account's password with. That is
 * one way more to guess, and no guess more.
 */
jest.setTimeout(60_000);

const BUDGET = 10;
const service = testService({ RATE_LIMIT_LOG_IN: String(BUDGET), TRUST_PROXY: '1' });
let eve: SignedIn;
beforeAll(async () => {
  eve = await founderOf(service, 'Eve');
});

type Asked = Answer<Record<string, { readonly __typename?: string } | null>>;
let machines = 0;
const newMachine = (): string => `192.0.2.${(machines += 1)}`;
let victims = 0;
/** Somebody with an account, whom Eve has invited. */
async function victim(): Promise<{ readonly email: string; readonly token: string }> {
  const name = `victim${(victims += 1)}`;
  await founderOf(service, name);
  const email = `${name}@example.org`;
  return { email, token: (await invited(service, eve, { email })).token };
}

async function ask(query: string, input: object, machine: string): Promise<Asked> {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': machine },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const answer = (await response.json()) as Pick<Asked, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, ...answer };
}
const accept = (token: string, password: string, machine: string) =>
  ask(ACCEPT, { token, name: 'Guess', password }, machine);
const logIn = (email: string, password: string, machine: string) => ask(LOG_IN, { email, password }, machine);

/** A code, or what came of it. */
const outcomeOf = (answer: Asked): string | undefined =>
  codesOf(answer)[0] ?? answer.data?.['acceptInvitation']?.__typename;
async function outcomes(count: number, guess: (n: number) => Promise<Asked>): Promise<(string | undefined)[]> {
  const found = [];
  for (let n = 0; n < count; n += 1) found.push(outcomeOf(await guess(n)));
  return found;
}
const times = (count: number, outcome: string): string[] => Array<string>(count).fill(outcome);

function expectLimited(answer: Asked): void {
  expect(codesOf(answer)).toEqual(['RATE_LIMITED']);
  const { retryAfterMs } = answer.errors?.[0]?.extensions as unknown as { retryAfterMs: number };
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(900_000);
  expect(answer.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1_000)));
}

describe('J9: guessing a password by an invitation', () => {
  it('ends with the eleventh guess, and the right password is no exception', async () => {
    const [{ email, token }, machine] = [await victim(), newMachine()];
    expect(await outcomes(BUDGET, (n) => accept(token, `a wrong guess ${n}`, machine))).toEqual(
      times(BUDGET, 'UNAUTHENTICATED'),
    );
    expectLimited(await accept(token, 'a wrong guess', machine));
    expectLimited(await accept(token, PASSWORD, machine));
    const again = await invited(service, await founderOf(service, 'Mallory'), { email: email.toUpperCase() });
    expectLimited(await accept(again.token, PASSWORD, machine));
  });

  it('counts together with guessing by log-in, in either order', async () => {
    const [first, second] = [await victim(), await victim()];
    for (const [{ email, token }, isLogInFirst] of [
      [first, true],
      [second, false],
    ] as const) {
      const machine = newMachine();
      const ways = [
        (n: number) => logIn(email, `a wrong guess ${n}`, machine),
        (n: number) => accept(token, `a wrong guess ${n}`, machine),
      ];
      for (const way of isLogInFirst ? ways : ways.reverse()) {
        expect(await outcomes(BUDGET / 2, way)).toEqual(times(BUDGET / 2, 'UNAUTHENTICATED'));
      }
      expectLimited(await logIn(email, PASSWORD, machine));
      expectLimited(await accept(token, PASSWORD, machine));
    }
  });

  it('is no faster for many guesses at once', async () => {
    const [{ token }, machine] = [await victim(), newMachine()];
    const all = await Promise.all(Array.from({ length: 30 }, (_, n) => accept(token, `a wrong guess ${n}`, machine)));
    expect(all.map(outcomeOf).sort()).toEqual([...times(20, 'RATE_LIMITED'), ...times(BUDGET, 'UNAUTHENTICATED')]);
  });

  it('tells nothing of who has an account: an address without one has the same budget', async () => {
    const [email, machine] = [newAddress(), newMachine()];
    const { token } = await invited(service, eve, { email });
    await outcomes(BUDGET, () => logIn(email, PASSWORD, machine));
    expectLimited(await accept(token, PASSWORD, machine));
    expect(outcomeOf(await accept(token, PASSWORD, newMachine()))).toBe('AcceptInvitationPayload');
  });

  it('with tokens that are no good ends alike, and good ones go on', async () => {
    const [{ token }, machine] = [await victim(), newMachine()];
    expect(await outcomes(BUDGET, (n) => accept(`junk${n}`, PASSWORD, machine))).toEqual(
      times(BUDGET, 'InvitationInvalidError'),
    );
    expectLimited(await accept('junk', PASSWORD, machine));
    expect(outcomeOf(await accept(token, PASSWORD, machine))).toBe('AcceptInvitationPayload');
  });

  it('is forgotten when the right one comes in time', async () => {
    const [{ email, token }, machine] = [await victim(), newMachine()];
    await outcomes(BUDGET - 1, () => accept(token, 'mistyped, mistyped', machine));
    expect(outcomeOf(await accept(token, PASSWORD, machine))).toBe('AcceptInvitationPayload');
    await outcomes(BUDGET - 1, () => logIn(email, 'mistyped, mistyped', machine));
    expect(codesOf(await logIn(email, PASSWORD, machine))).toEqual([]);
  });

  it('locks out neither the owner elsewhere nor others behind the same address', async () => {
    const [guessed, other, machine] = [await victim(), await victim(), newMachine()];
    await outcomes(BUDGET + 1, () => accept(guessed.token, 'a wrong guess', machine));
    expect(codesOf(await logIn(guessed.email, PASSWORD, newMachine()))).toEqual([]);
    expect(outcomeOf(await accept(guessed.token, PASSWORD, newMachine()))).toBe('AcceptInvitationPayload');
    expect(codesOf(await logIn(other.email, PASSWORD, machine))).toEqual([]);
    expect(outcomeOf(await accept(other.token, PASSWORD, machine))).toBe('AcceptInvitationPayload');
  });
});
