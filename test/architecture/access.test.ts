import { PERMISSIONS } from '../../src/domain/permissions';
import { operationsOnTheWire } from '../support/operations-on-the-wire';

const operations = operationsOnTheWire();

describe('every operation', () => {
  it('says who may call it: a line of the permission table, or @Public()', () => {
    expect(operations.length).toBeGreaterThan(15);
    const open = operations.filter(({ access }) => access !== 'public' && !Object.hasOwn(PERMISSIONS, String(access)));
    expect(open).toEqual([]);
  });

  it('needs somebody signed in, but for signing up, in and out, and for joining', () => {
    const open = operations.filter(({ access }) => access === 'public').map(({ name }) => name);
    expect(open.sort()).toEqual([
      'acceptInvitation',
      'acceptInvitationWithProvider',
      'logIn',
      'logInWithProvider',
      'logOut',
      'refreshSession',
      'signUp',
      'signUpWithProvider',
    ]);
  });
});
