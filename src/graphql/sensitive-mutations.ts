/** Each of these tries a secret that somebody guesses, or costs a password's hash: one request has one of them [G13]. */
export const TRIES_A_SECRET: ReadonlySet<string> = new Set([
  'acceptInvitation',
  'acceptInvitationWithProvider',
  'logIn',
  'logInWithProvider',
  'refreshSession',
  'signUp',
  'signUpWithProvider',
  'verifyEmail',
]);

/**
 * What the budget `sensitive` pays for at each execution: those, and what makes mail to strangers or new sessions although
 * somebody is signed in. Every mutation for strangers is paid so, listed here or not.
 */
export const SENSITIVE_MUTATIONS: ReadonlySet<string> = new Set([
  ...TRIES_A_SECRET,
  'inviteUser',
  'linkIdentity',
  'requestEmailVerification',
  'switchOrganization',
]);
