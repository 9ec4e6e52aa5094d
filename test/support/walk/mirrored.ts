import type { TestService } from '../service';
import { Organization } from './organization';
import type { EventOnWire } from './organization-documents';

/** An organization with something of everything in it. */
export interface Furnished {
  readonly organization: Organization;
  readonly workshop: EventOnWire;
  readonly series: EventOnWire;
  readonly draft: EventOnWire;
  /** A confirmed seat of the user's at the workshop, and one of the admin's on the first date of the series. */
  readonly usersSeat: string;
  readonly adminsSeat: string;
  /** One of the user's that was given back. */
  readonly cancelled: string;
  /** One that is open. */
  readonly invitation: string;
  /** One of the user's. */
  readonly calendarFeed: string;
}

/** Two calls with other labels give the same things under other names. */
export async function furnished(service: TestService, label: string): Promise<Furnished> {
  const organization = await Organization.found(service, label);
  const { ORG_ADMIN: admin, USER: user } = organization.members;
  const workshop = await organization.event();
  const series = await organization.series({ startsAtLocal: '2027-02-01T18:00:00' });
  const draft = await organization.event({ name: organization.mark('Draft'), publish: false });
  const [first = '', second = ''] = series.occurrences.map(({ id }) => id);
  const usersSeat = await organization.seat(user, workshop.occurrences[0]?.id ?? '', 'key-of-the-first-seat');
  const adminsSeat = await organization.seat(admin, first);
  const cancelled = await organization.seat(user, second);
  await organization.giveBack(user, cancelled);
  const invitation = (await organization.invitation()).invitation.id;
  const calendarFeed = await organization.calendarFeed(admin);
  return { calendarFeed, invitation, organization, workshop, series, draft, usersSeat, adminsSeat, cancelled };
}

/** Of every type that `node` can find, one id. */
export const idsByType = ({
  calendarFeed,
  invitation,
  organization,
  workshop,
  usersSeat,
}: Furnished): Readonly<Record<string, string>> => ({
  Account: organization.admin.accountId,
  CalendarFeed: calendarFeed,
  Event: workshop.id,
  Invitation: invitation,
  Occurrence: workshop.occurrences[0]?.id ?? '',
  Organization: organization.id,
  Registration: usersSeat,
  User: organization.members.USER.userId,
});
