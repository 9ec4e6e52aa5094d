import { SENSITIVE_MUTATIONS, TRIES_A_SECRET } from '../../../src/graphql/sensitive-mutations';
import { schema } from '../../support/wire';

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

describe('the mutations that are sensitive', () => {
  it('come once in an operation where they try a secret, as their descriptions say', () => {
    const once = mutations.filter(({ description }) => description?.includes('Once in an operation.'));
    expect([...TRIES_A_SECRET].sort()).toEqual(once.map(({ name }) => name).sort());
    expect([...TRIES_A_SECRET].sort()).toEqual([
      'acceptInvitation',
      'acceptInvitationWithProvider',
      'logIn',
      'logInWithProvider',
      'refreshSession',
      'signUp',
      'signUpWithProvider',
      'verifyEmail',
    ]);
  });

  it('are paid at each execution: those, and four for whoever is signed in', () => {
    const others = [...SENSITIVE_MUTATIONS].filter((name) => !TRIES_A_SECRET.has(name)).sort();
    expect(others).toEqual(['inviteUser', 'linkIdentity', 'requestEmailVerification', 'switchOrganization']);
    expect([...TRIES_A_SECRET].filter((name) => !SENSITIVE_MUTATIONS.has(name))).toEqual([]);
    const known = new Set(mutations.map(({ name }) => name));
    expect([...SENSITIVE_MUTATIONS].filter((name) => !known.has(name))).toEqual([]);
  });
});
