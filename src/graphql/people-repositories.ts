import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../store/account.repository';
import { CalendarFeedRepository } from '../store/calendar-feed.repository';
import { InvitationRepository } from '../store/invitation.repository';
import { OrganizationRepository } from '../store/organization.repository';
import { UserRepository } from '../store/user.repository';

/** Where the loaders read people, and what people belong to. */
@Injectable()
export class PeopleRepositories {
  constructor(
    readonly users: UserRepository,
    readonly accounts: AccountRepository,
    readonly organizations: OrganizationRepository,
    readonly invitations: InvitationRepository,
    readonly calendarFeeds: CalendarFeedRepository,
  ) {}
}
