import type { Role } from '../../../src/domain/permissions';
import { LINK_IDENTITY } from '../provider-documents';
import { PASSWORD, type Member, type Organization } from './organization';

export type Args = Record<string, unknown>;

/** One operation as it is rightly used. */
export interface Sample {
  /** Who may call it, as the wire contract says: the least role, or anybody. */
  readonly access: Role | 'public';
  /** Arguments with which it succeeds for `member`, as complete as they can be; for a mutation, new things each time. */
  args(organization: Organization, member: Member): Promise<Args>;
}

const yearFromNow = { between: { from: '2027-01-01T00:00:00Z', to: '2028-01-01T00:00:00Z' } };
const threeMondays = { rule: { rrule: 'FREQ=WEEKLY;COUNT=3' }, exdates: [], rdates: ['2027-12-01T10:00'] };
const somebodyElse = (organization: Organization, { role }: Member): string | null =>
  role === 'USER' ? null : organization.members.USER.userId;
let counter = 0;
const unique = (): string => String((counter += 1));

const page = { first: 5 };
const occurrenceIdOf = ({ occurrences }: { readonly occurrences: readonly { readonly id: string }[] }): string =>
  occurrences[0]?.id ?? '';

/** Every query and mutation: one that is missing here fails the tests. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  viewer: { access: 'USER', args: async () => ({}) },
  organization: { access: 'USER', args: async () => ({}) },
  node: { access: 'USER', args: async (organization) => ({ id: organization.id }) },
  nodes: { access: 'USER', args: async (organization, { userId }) => ({ ids: [organization.id, userId] }) },
  users: { access: 'ORGANIZER', args: async () => ({ ...page, role: 'USER', status: 'ACTIVE' }) },
  event: { access: 'USER', args: async (organization) => ({ id: (await organization.event()).id }) },
  events: {
    access: 'USER',
    args: async () => ({ ...page, filter: { status: 'PUBLISHED', category: 'WORKSHOP', nameContains: 'work' } }),
  },
  occurrence: { access: 'USER', args: async (organization) => ({ id: occurrenceIdOf(await organization.event()) }) },
  occurrences: {
    access: 'USER',
    args: async (organization) => ({
      ...page,
      range: yearFromNow,
      filter: {
        eventId: (await organization.event()).id,
        status: 'SCHEDULED',
        category: 'WORKSHOP',
        onlyWithSeats: true,
      },
    }),
  },
  myRegistrations: {
    access: 'USER',
    args: async () => ({ ...page, filter: { statuses: ['CONFIRMED'], range: yearFromNow } }),
  },
  registrations: {
    access: 'ORGANIZER',
    args: async (organization) => ({
      ...page,
      filter: {
        occurrenceId: occurrenceIdOf(await organization.event()),
        userId: organization.members.USER.userId,
        statuses: ['CONFIRMED'],
      },
    }),
  },
  previewRecurrence: {
    access: 'USER',
    args: async () => ({
      input: {
        timezone: 'Europe/Berlin',
        startsAtLocal: '2027-03-01T10:00',
        duration: 'PT1H',
        recurrence: threeMondays,
        first: 3,
      },
    }),
  },
  signUp: {
    access: 'public',
    args: async (organization) => ({
      input: {
        email: `new-${unique()}.${organization.canary}@example.org`,
        password: PASSWORD,
        name: organization.mark('Grace'),
        organizationName: organization.mark('Navy'),
        timezone: 'America/New_York',
      },
    }),
  },
  logIn: {
    access: 'public',
    args: async ({ admin, id }) => ({ input: { email: admin.email, password: PASSWORD, organizationId: id } }),
  },
  refreshSession: {
    access: 'public',
    args: async (organization) => ({ input: { refreshToken: await organization.refreshToken() } }),
  },
  logOut: {
    access: 'public',
    args: async (organization) => ({ input: { refreshToken: await organization.refreshToken() } }),
  },
  logInWithProvider: {
    access: 'public',
    args: async (organization) => {
      const { issuer } = organization.service;
      const subject = `subject-${unique()}`;
      await organization.ask(LINK_IDENTITY, { input: { providerToken: await issuer.idToken(subject) } });
      return { input: { providerToken: await issuer.idToken(subject), organizationId: organization.id } };
    },
  },
  signUpWithProvider: {
    access: 'public',
    args: async (organization) => ({
      input: {
        providerToken: await organization.service.issuer.idToken(`subject-${unique()}`, {
          email: `provided-${unique()}.${organization.canary}@example.org`,
        }),
        name: organization.mark('Hedy'),
        organizationName: organization.mark('Radio'),
        timezone: 'Europe/Vienna',
      },
    }),
  },
  linkIdentity: {
    access: 'USER',
    args: async ({ service }) => ({
      input: {
        providerToken: await service.issuer.idToken(`subject-${unique()}`),
        idempotencyKey: `link-${unique()}`,
      },
    }),
  },
  switchOrganization: {
    access: 'USER',
    args: async ({ id }) => ({ input: { organizationId: id } }),
  },
  createOrganization: {
    access: 'USER',
    args: async (organization, member) => {
      await organization.ownsNothing(member);
      const name = organization.mark('Branch');
      return { input: { name, timezone: 'Europe/Berlin', idempotencyKey: `found-${unique()}` } };
    },
  },
  updateOrganization: {
    access: 'ORG_ADMIN',
    args: async (organization) => ({
      input: {
        name: organization.mark('Renamed'),
        slug: `${organization.canary.toLowerCase().slice(0, 40)}-${unique()}`,
        timezone: 'Europe/Vienna',
        idempotencyKey: `rename-${unique()}`,
      },
    }),
  },
  requestEmailVerification: {
    access: 'USER',
    args: async (organization, member) => {
      await organization.emailCode(member);
      return { input: { idempotencyKey: `code-${unique()}` } };
    },
  },
  verifyEmail: {
    access: 'USER',
    args: async (organization, member) => ({
      input: { code: await organization.emailCode(member), idempotencyKey: `verify-${unique()}` },
    }),
  },
  invitations: { access: 'ORG_ADMIN', args: async () => page },
  auditLog: {
    access: 'ORG_ADMIN',
    args: async (organization) => ({
      ...page,
      filter: {
        targetId: (await organization.event()).id,
        actorUserId: organization.admin.userId,
        types: ['EVENT_CREATED', 'EVENT_UPDATED'],
        range: { from: '2027-01-01T00:00:00Z', to: '2028-01-01T00:00:00Z' },
      },
    }),
  },
  inviteUser: {
    access: 'ORG_ADMIN',
    args: async ({ canary }) => ({
      input: {
        email: `new-${unique()}.${canary}@example.org`,
        role: 'ORGANIZER',
        idempotencyKey: `invite-${unique()}`,
      },
    }),
  },
  acceptInvitation: {
    access: 'public',
    args: async (organization) => {
      const { token } = await organization.invitation();
      return { input: { token, name: organization.mark('Joan'), password: PASSWORD } };
    },
  },
  acceptInvitationWithProvider: {
    access: 'public',
    args: async (organization) => {
      const { token, invitation } = await organization.invitation();
      const providerToken = await organization.service.issuer.idToken(`subject-${unique()}`, {
        email: invitation.email,
      });
      return { input: { token, providerToken, name: organization.mark('Hedy') } };
    },
  },
  revokeInvitation: {
    access: 'ORG_ADMIN',
    args: async (organization) => ({
      input: {
        invitationId: (await organization.invitation()).invitation.id,
        idempotencyKey: `revoke-${unique()}`,
      },
    }),
  },
  changeRole: {
    access: 'ORG_ADMIN',
    args: async (organization) => ({
      input: { userId: await organization.newcomer(), role: 'ORGANIZER', idempotencyKey: `promote-${unique()}` },
    }),
  },
  removeUser: {
    access: 'ORG_ADMIN',
    args: async (organization) => ({
      input: { userId: await organization.newcomer(), idempotencyKey: `remove-${unique()}` },
    }),
  },
  transferOwnership: {
    access: 'ORG_ADMIN',
    args: async (organization) => {
      await organization.restore();
      return { input: { userId: await organization.newcomer(), idempotencyKey: `transfer-${unique()}` } };
    },
  },
  calendarFeeds: { access: 'USER', args: async () => page },
  createCalendarFeed: {
    access: 'USER',
    args: async (organization, member) => {
      await organization.dropCalendarFeeds(member);
      return { input: { kind: 'MINE', idempotencyKey: `subscribe-${unique()}` } };
    },
  },
  revokeCalendarFeed: {
    access: 'USER',
    args: async (organization, member) => ({
      input: { feedId: await organization.calendarFeed(member), idempotencyKey: `unsubscribe-${unique()}` },
    }),
  },
  archiveOrganization: {
    access: 'ORG_ADMIN',
    args: async () => ({ input: { idempotencyKey: `archive-${unique()}` } }),
  },
  createEvent: {
    access: 'ORGANIZER',
    args: async (organization) => ({
      input: {
        name: organization.mark('Course'),
        description: organization.mark('For everybody.'),
        category: 'WORKSHOP',
        timezone: 'Europe/Berlin',
        startsAtLocal: '2027-03-01T10:00:00',
        duration: 'PT1H30M',
        recurrence: threeMondays,
        capacity: 20,
        maxSeatsPerRegistration: 2,
        conflictPolicy: 'BLOCK',
        publish: true,
        idempotencyKey: `create-${unique()}`,
      },
    }),
  },
  updateEvent: {
    access: 'ORGANIZER',
    args: async (organization) => {
      const { id, revision, startsAtLocal } = await organization.series();
      return {
        input: {
          eventId: id,
          expectedRevision: revision,
          scope: 'ALL',
          name: organization.mark('Renamed'),
          description: organization.mark('Changed.'),
          category: 'MEETING',
          timezone: 'Europe/Berlin',
          startsAtLocal,
          duration: 'PT45M',
          recurrence: threeMondays,
          capacity: 12,
          maxSeatsPerRegistration: 4,
          conflictPolicy: 'ALLOW',
          resetOverrides: true,
          idempotencyKey: `update-${unique()}`,
        },
      };
    },
  },
  publishEvent: {
    access: 'ORGANIZER',
    args: async (organization) => ({
      input: { eventId: (await organization.event({ publish: false })).id, idempotencyKey: `publish-${unique()}` },
    }),
  },
  cancelEvent: {
    access: 'ORGANIZER',
    args: async (organization) => ({
      input: {
        eventId: (await organization.event()).id,
        reason: organization.mark('Storm'),
        idempotencyKey: `cancel-${unique()}`,
      },
    }),
  },
  deleteEvent: {
    access: 'ORGANIZER',
    args: async (organization) => ({
      input: { eventId: (await organization.event()).id, idempotencyKey: `delete-${unique()}` },
    }),
  },
  updateOccurrence: {
    access: 'ORGANIZER',
    args: async (organization) => {
      const { occurrences, startsAtLocal } = await organization.event();
      return {
        input: {
          occurrenceId: occurrences[0]?.id,
          expectedRevision: occurrences[0]?.revision,
          name: organization.mark('Special'),
          description: organization.mark('In the garden.'),
          startsAtLocal,
          duration: 'PT20M',
          capacity: 15,
          idempotencyKey: `move-${unique()}`,
        },
      };
    },
  },
  cancelOccurrence: {
    access: 'ORGANIZER',
    args: async (organization) => ({
      input: {
        occurrenceId: occurrenceIdOf(await organization.event()),
        reason: organization.mark('Snow'),
        idempotencyKey: `call-off-${unique()}`,
      },
    }),
  },
  registerForOccurrence: {
    access: 'USER',
    args: async (organization, member) => ({
      input: {
        occurrenceId: occurrenceIdOf(await organization.event()),
        seats: 2,
        userId: somebodyElse(organization, member),
        idempotencyKey: `register-${unique()}`,
      },
    }),
  },
  registerForEvent: {
    access: 'USER',
    args: async (organization, member) => ({
      input: {
        eventId: (await organization.event()).id,
        seats: 2,
        userId: somebodyElse(organization, member),
        idempotencyKey: `register-${unique()}`,
      },
    }),
  },
  cancelRegistration: {
    access: 'USER',
    args: async (organization, member) => ({
      input: {
        registrationId: await organization.seat(member, occurrenceIdOf(await organization.event())),
        reason: organization.mark('Ill'),
        idempotencyKey: `give-back-${unique()}`,
      },
    }),
  },
};

export function sampleOf(operation: string): Sample {
  const sample = SAMPLES[operation];
  if (sample === undefined) throw new Error(`${operation} has no sample in test/support/walk/samples.ts.`);
  return {
    ...sample,
    // What an operation before this one closed is open again.
    args: async (organization, member) => {
      await organization.restore();
      return sample.args(organization, member);
    },
  };
}
