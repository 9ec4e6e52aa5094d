/**
 * Who may do what: the one table that guards, docs and tests share [T16, T17]. An operation that is not in it is denied.
 */
export const ROLES = ['USER', 'ORGANIZER', 'ORG_ADMIN'] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = {
  'organization.read': 'USER',
  'organization.create': 'USER',
  'organization.write': 'ORG_ADMIN',
  'session.own': 'USER',
  'account.verifyEmail': 'USER',
  'event.read': 'USER',
  'event.readDrafts': 'ORGANIZER',
  'event.write': 'ORGANIZER',
  'recurrence.preview': 'USER',
  'registration.own': 'USER',
  'registration.forOthers': 'ORGANIZER',
  'registration.readAll': 'ORGANIZER',
  'calendarFeed.own': 'USER',
  'calendarFeed.organization': 'ORGANIZER',
  'calendarFeed.readAll': 'ORG_ADMIN',
  'user.readAll': 'ORGANIZER',
  'user.write': 'ORG_ADMIN',
  'audit.read': 'ORG_ADMIN',
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof PERMISSIONS;

/**
 * What is not done in the organization that a request acts in, and so goes on where that one is archived: whoever closed
 * their only one must be able to found another, since nobody can sign in without one.
 */
export const OUTSIDE_ORGANIZATION: ReadonlySet<Permission> = new Set<Permission>(['organization.create']);

/** Whether a role carries a permission: each role has everything of those below it. */
export const allows = (role: Role, permission: Permission): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(PERMISSIONS[permission]);
