import { codesOf } from '../../support/client';
import { ACCEPT, invited, REMOVE } from '../../support/colleagues';
import { founderOf } from '../../support/founder';
import { testService } from '../../support/service';
import { LOG_IN } from '../../support/sessions';

/*
 * J9: what a refusal costs tells nothing. Asserted by construction, not with a stop-watch: every way to fail takes exactly one
 * argon2 verification with the same parameters, and
 * that is nearly all of the time such an answer takes.
 */
jest.setTimeout(30_000);

const service = testService();
/** The very object that the service calls: it is watched, and does its work. */
const argon2 = jest.requireActual<typeof import('@node-rs/argon2')>('@node-rs/argon2');
const PARAMETERS = '$argon2id$v=19$m=19456,t=2,p=1$';

/** The hashes that a request had passwords compared with or made, and what it was answered. */
async function workOf(query: string, input: object): Promise<{ verified: string[]; hashed: number; said: unknown }> {
  const verify = jest.spyOn(argon2, 'verify');
  const hash = jest.spyOn(argon2, 'hash');
  try {
    const { data, errors } = await service.ask(query, { input });
    const said = errors ? errors.map(({ message, extensions: { code } }) => ({ message, code })) : data;
    const verified = verify.mock.calls.map(([stored]) => String(stored).slice(0, PARAMETERS.length));
    return { verified, hashed: hash.mock.calls.length, said };
  } finally {
    verify.mockRestore();
    hash.mockRestore();
  }
}

it('J9: logging in fails with the same work and the same words, whatever is wrong', async () => {
  const ada = await founderOf(service, 'Ada');
  const removed = await invited(service, ada, { email: 'removed@example.org' });
  const accepted = await service.ask<{ acceptInvitation: { session: { viewer: { user: { id: string } } } } }>(ACCEPT, {
    input: { token: removed.token, name: 'Removed', password: 'correct horse battery' },
  });
  const userId = accepted.data?.acceptInvitation.session.viewer.user.id;
  expect(codesOf(await service.ask(REMOVE, { input: { userId } }, ada.token))).toEqual([]);
  const password = 'correct horse battery';
  const elsewhere = await founderOf(service, 'Elsewhere');

  const attempts = {
    'a wrong password': { email: 'ada@example.org', password: 'wrong horse battery' },
    'an unknown address': { email: 'nobody@example.org', password },
    'an address that is none the database could hold': { email: `${'x'.repeat(60)}@example.org`, password },
    'somebody who was removed': { email: 'removed@example.org', password },
    'an organization that is not theirs': {
      email: 'ada@example.org',
      password,
      organizationId: elsewhere.organizationId,
    },
    'a password of 128 characters': { email: 'nobody@example.org', password: 'x'.repeat(128) },
  };
  const words = new Set<string>();
  for (const [what, input] of Object.entries(attempts)) {
    const { verified, hashed, said } = await workOf(LOG_IN, input);
    expect({ what, verified, hashed, said }).toEqual({
      what,
      verified: [PARAMETERS],
      hashed: 0,
      said: [{ code: 'UNAUTHENTICATED', message: expect.any(String) as string }],
    });
    words.add(JSON.stringify(said));
  }
  expect(words.size).toBe(1);
});

it('J9, J11: an invitation that is of no use costs the work of one password, like a good one', async () => {
  const founder = await founderOf(service, 'Grace');
  const { token } = await invited(service, founder, { email: 'joining@example.org' });
  const tries = (given: string) => workOf(ACCEPT, { token: given, name: 'Joe', password: 'correct horse battery' });

  for (const bad of ['junk', `${token}x`, `${token.split('.')[0]}.${'A'.repeat(43)}`]) {
    const { verified, hashed, said } = await tries(bad);
    expect({ bad, verified, hashed }).toEqual({ bad, verified: [PARAMETERS], hashed: 0 });
    expect(said).toMatchObject({ acceptInvitation: { code: 'INVITATION_INVALID' } });
  }
  const { verified, hashed } = await tries(token);
  expect(verified.length + hashed).toBe(1);
});

it('J9: signing up hashes before it looks, so that a taken address takes as long as a free one', async () => {
  const signUp = 'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }';
  const input = { password: 'correct horse battery', name: 'Eve', organizationName: 'Eve & Co', timezone: 'UTC' };
  const taken = await workOf(signUp, { ...input, email: 'ada@example.org' });
  const free = await workOf(signUp, { ...input, email: 'eve@example.org' });

  expect(taken.said).toEqual({ signUp: { __typename: 'EmailTakenError' } });
  expect(free.said).toEqual({ signUp: { __typename: 'SignUpPayload' } });
  for (const { verified, hashed } of [taken, free]) expect({ verified, hashed }).toEqual({ verified: [], hashed: 1 });
});
