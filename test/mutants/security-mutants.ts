import type { Mutant, NamedTest } from './mutants';

/*
 * One fault or more for each family of attacks in docs/security.md: with the lock gone, the attack's own test fails. Where two
 * locks hold, the fault takes away the one that the test is about.
 */
const inContract = (name: string): NamedTest => ({ file: 'test/integration/store/tenant-contract.test.ts', name });
const inLimits = (name: string): NamedTest => ({ file: 'test/unit/graphql/limits.test.ts', name });
const inSessions = (name: string): NamedTest => ({ file: 'test/integration/people/sessions.test.ts', name });

export const SECURITY_MUTANTS: readonly Mutant[] = [
  {
    name: 'T: a read in the driver’s own form names no tenant',
    file: 'src/store/tenant-collection.ts',
    find: 'filter: { ...filter, tenantId: tenantIdOf(scope) },',
    replace: 'filter: { ...filter },',
    killedBy: [inContract('another organization finds nothing of ours: EventRepository.page')],
  },
  {
    name: 'T: a write in the driver’s own form names no tenant',
    file: 'src/store/tenant-collection.ts',
    find: 'q: { ...filter, tenantId },',
    replace: 'q: { ...filter },',
    killedBy: [
      inContract('another organization changes nothing of ours, and adds nothing to it: EventRepository.moveHorizon'),
    ],
  },
  {
    name: 'T: the seat belt lets a filter without a tenant pass',
    file: 'src/store/tenant-guard.plugin.ts',
    find: '!hasTenant(this.getFilter())',
    replace: 'hasTenant(undefined)',
    killedBy: [
      {
        file: 'test/integration/store/tenant-guard-models.test.ts',
        name: 'T5: without a tenant, events find throws',
      },
    ],
  },
  {
    name: 'authorization: any role will do',
    file: 'src/graphql/auth.guard.ts',
    find: 'if (!allows(scope.actor.role, access)) throw new ForbiddenError();',
    replace: 'allows(scope.actor.role, access);',
    killedBy: [
      {
        file: 'test/e2e/members.test.ts',
        name: 'changing a role is not for organizers, and not for people of another organization',
      },
    ],
  },
  {
    name: 'G: nobody counts aliases',
    file: 'src/graphql/limits.ts',
    find: "  aliases: 'aliases',\n",
    replace: '',
    killedBy: [inLimits('a document is refused for its aliases, with one fault')],
  },
  {
    name: 'G: an operation may cost what it likes',
    file: 'src/graphql/limits.ts',
    find: 'if (cost <= limits.cost) return cost;',
    replace: 'if (cost <= limits.cost * 1e9) return cost;',
    killedBy: [inLimits('the cost of an operation refuses pages in pages in pages')],
  },
  {
    name: 'G: a list of what is executed holds over HTTP alone',
    file: 'src/graphql/live-operations.ts',
    find: 'this.persisted?.allow(payload) === false',
    replace: 'this.persisted?.allow(payload) === undefined && false',
    killedBy: [
      {
        file: 'test/e2e/security/persisted-live.test.ts',
        name: 'G14: a list of what is executed holds over WebSocket, too',
      },
    ],
  },
  {
    name: 'N: an operator in the place of a value is obeyed',
    file: 'src/platform/mongo-connection.ts',
    find: "mongoose.set('sanitizeFilter', true);",
    replace: "mongoose.set('sanitizeFilter', false);",
    killedBy: [
      {
        file: 'test/integration/store/injection.test.ts',
        name: 'N1, N2: an operator in the place of a value finds nothing: find',
      },
    ],
  },
  {
    name: 'N: a line break in a name is one in the calendar',
    file: 'src/domain/ical.ts',
    find: ".replaceAll('\\n', '\\\\n')",
    replace: '',
    killedBy: [
      {
        file: 'test/unit/domain/ical.test.ts',
        name: 'a calendar text N6: says any text as it is, in one event for each that there is',
      },
    ],
  },
  {
    name: 'RR: any combination of the parts of a rule will do',
    file: 'src/domain/rule-policy.ts',
    find: '  requireSoundCombination(rule);\n',
    replace: '',
    killedBy: [
      {
        file: 'test/unit/domain/rule-policy.test.ts',
        name: 'a rule outside the policy is refused, naming the part at fault [RR] FREQ=DAILY;BYDAY=1MO',
      },
    ],
  },
  {
    name: 'RR: numbers have no upper bound',
    file: 'src/domain/rule-policy.ts',
    find: 'if (number < 1 || number > max)',
    replace: 'if (number < 1)',
    killedBy: [
      {
        file: 'test/unit/domain/rule-policy.test.ts',
        name: 'a rule outside the policy is refused, naming the part at fault [RR] FREQ=DAILY;INTERVAL=999999999',
      },
    ],
  },
  {
    name: 'J: a refresh token is used without the compare-and-set',
    file: 'src/store/refresh-token.repository.ts',
    find: '{ hash, usedAt: null }',
    replace: '{ hash }',
    killedBy: [
      inSessions(
        'two refreshes at once with one token [J6] are a race: of fifty who all find it unused one gets the pair, the others nothing, and the session lives',
      ),
    ],
  },
  {
    name: 'J: a used refresh token ends nothing',
    file: 'src/use-cases/people/refresh-session.ts',
    find: 'await this.ending.atReuse(scope, token);',
    replace: 'void this.ending;',
    killedBy: [
      inSessions(
        'a used refresh token [J6] ends the session for whoever has its tokens, and the journal tells of it without any secret',
      ),
    ],
  },
  {
    name: 'J: a token for another service is as good as ours',
    file: 'src/platform/token.ts',
    find: '        audience: AUDIENCE,\n',
    replace: '',
    killedBy: [
      {
        file: 'test/unit/platform/token.test.ts',
        name: 'a token that is refused [J1, J3, J4] is for elsewhere',
      },
    ],
  },
  {
    name: 'J: a calendar feed that was revoked is read on',
    file: 'src/store/calendar-feed.repository.ts',
    find: "{ hash, status: 'ACTIVE' }",
    replace: '{ hash }',
    killedBy: [
      {
        file: 'test/e2e/calendar-feeds.test.ts',
        name: 'a feed is of no use from the moment on in which it is revoked; a second time says the same',
      },
    ],
  },
  {
    name: 'J: a shared secret may sign for the provider',
    file: 'src/platform/oidc-settings.ts',
    find: "'ES512', 'EdDSA'] as const",
    replace: "'ES512', 'EdDSA', 'HS256'] as const",
    killedBy: [
      {
        file: 'test/unit/platform/env.test.ts',
        name: 'the environment accepts no provider without a client, and no algorithm whose key is shared, or none at all',
      },
    ],
  },
  {
    name: 'J: an e-mail code has as many tries as one likes',
    file: 'src/domain/email-code.ts',
    find: ' || code.tries >= EMAIL_CODE_TRIES',
    replace: '',
    killedBy: [
      {
        file: 'test/integration/people/email-codes.test.ts',
        name: 'a code [J10] has five tries, and then is refused though it is right',
      },
    ],
  },
  {
    name: 'J: an invitation that was used or revoked is as good as an open one',
    file: 'src/store/invitation.repository.ts',
    find: "status: 'PENDING', expiresAt: trusted({ $gt: now }) }",
    replace: 'expiresAt: trusted({ $gt: now }) }',
    also: {
      file: 'src/use-cases/people/invitation-acceptance.ts',
      find: "return invitationStatus(invitation, at) === 'PENDING' ? { invitation, organization, at } : null;",
      replace: 'return { invitation, organization, at };',
    },
    killedBy: [
      {
        file: 'test/e2e/invitations.test.ts',
        name: 'an invitation’s token [J11] that was guessed, used, revoked, replaced, expired, or is another organization’s is of no use, in the same words',
      },
    ],
  },
  {
    name: 'J: an unknown address costs no password’s work',
    file: 'src/platform/password.ts',
    find: 'await verify(storedHash ?? NOBODY, typed(password));',
    replace: 'storedHash !== null && (await verify(storedHash, typed(password)));',
    killedBy: [
      {
        file: 'test/e2e/security/password-work.test.ts',
        name: 'J9: logging in fails with the same work and the same words, whatever is wrong',
      },
    ],
  },
];
