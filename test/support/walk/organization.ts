import { Types } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { encodeId, parseId } from '../../../src/graphql/global-id';
import { EMAIL_CODE_MS } from '../../../src/domain/email-code';
import type { AccountId, TenantId, UserId } from '../../../src/domain/ids';
import type { Role } from '../../../src/domain/permissions';
import { viewerScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import { AccessTokens } from '../../../src/platform/token';
import { AccountRepository } from '../../../src/store/account.repository';
import type { AccountDoc } from '../../../src/store/account.schema';
import { UnitOfWork } from '../../../src/store/unit-of-work';
import { UserRepository } from '../../../src/store/user.repository';
import { Authenticator } from '../../../src/use-cases/people/authenticate';
import { EmailCodes } from '../../../src/use-cases/people/email-codes';
import { dataOf } from '../client';
import { type Accepted, acceptance, type InvitationOnWire, invited, newAddress, result } from '../colleagues';
import { makeUser } from '../make';
import type { TestService } from '../service';
import {
  type CalendarFeedCreated,
  CANCEL,
  CREATE_CALENDAR_FEED,
  CREATE_EVENT,
  type CreatedEvent,
  type EventOnWire,
  LOG_IN,
  type LoggedIn,
  REGISTER,
  type Registered,
  SIGN_UP,
  type SignedUp,
} from './organization-documents';

export const PASSWORD = 'correct horse battery';
const FOUNDED_IN = 'Europe/Berlin';

/** Somebody of an organization, with ids as the API gives them. */
export interface Member {
  readonly role: Role;
  readonly token: string;
  readonly userId: string;
  readonly accountId: string;
  readonly email: string;
}

/** An organization over the wire. Every text that it stores carries its canary, so that a leak is seen at once. */
export class Organization {
  #events = 0;

  private constructor(
    readonly service: TestService,
    readonly canary: string,
    readonly id: string,
    readonly members: Readonly<Record<Role, Member>>,
  ) {}

  get admin(): Member {
    return this.members.ORG_ADMIN;
  }

  get tenantId(): TenantId {
    return plainId<TenantId>(this.id);
  }

  /** A text of this organization's. */
  mark(text: string): string {
    return `${text} ${this.canary}`;
  }

  /** Signs up over the wire; the other two roles are written by the store, as there is no way to invite yet. */
  static async found(service: TestService, label: string): Promise<Organization> {
    const canary = `CANARY-${label}-${randomUUID()}`;
    const email = `admin.${canary}@example.org`;
    const input = { email, password: PASSWORD, name: `Ada ${canary}`, organizationName: canary, timezone: FOUNDED_IN };
    const { session } = dataOf(await service.ask<SignedUp>(SIGN_UP, { input })).signUp;
    const { account, user, organization } = session.viewer;
    const admin: Member = {
      role: 'ORG_ADMIN',
      token: session.accessToken,
      userId: user.id,
      accountId: account.id,
      email,
    };
    const tenantId = plainId<TenantId>(organization.id);
    const [ORGANIZER, USER] = [
      await join(service, { tenantId, canary, role: 'ORGANIZER' }),
      await join(service, { tenantId, canary, role: 'USER' }),
    ];
    return new Organization(service, canary, organization.id, { ORG_ADMIN: admin, ORGANIZER, USER });
  }

  async ask<Data>(query: string, variables: object, { token }: Member = this.admin): Promise<Data> {
    return dataOf(await this.service.ask<Data>(query, variables, token));
  }

  /** A token for the admin from now on: the clock of a test may have outrun the first one. */
  async freshToken(): Promise<string> {
    const [userId, accountId] = [plainId<UserId>(this.admin.userId), plainId<AccountId>(this.admin.accountId)];
    const { tenantId } = this;
    return (await this.service.running.app.get(AccessTokens).issue({ tenantId, userId, accountId })).token;
  }

  /** A refresh token of a new session of the admin's. */
  async refreshToken(): Promise<string> {
    const input = { email: this.admin.email, password: PASSWORD, organizationId: this.id };
    return dataOf(await this.service.ask<LoggedIn>(LOG_IN, { input })).logIn.session.refreshToken;
  }

  /** A code that verifies the member's address, which is not verified from now on, whatever happened to it. */
  async emailCode({ accountId }: Member): Promise<string> {
    const { running, clock, connection } = this.service;
    const id = plainId<AccountId>(accountId);
    const code = '123456';
    const hash = running.app.get(EmailCodes).fingerprint(id, code);
    const accounts = connection.collection<AccountDoc>('accounts');
    const before = await accounts.findOne({ _id: new Types.ObjectId(id) });
    const version = (before?.emailCheck?.version ?? 0) + 1;
    const expiresAt = new Date(clock.now().getTime() + EMAIL_CODE_MS);
    const emailCheck = { version, code: { hash, expiresAt, tries: 0 }, sentAt: [] };
    await accounts.updateOne({ _id: new Types.ObjectId(id) }, { $set: { emailVerifiedAt: null, emailCheck } });
    return code;
  }

  /** An open invitation to an address of this organization's, and its token. */
  invitation(role: Role = 'USER'): Promise<{ readonly token: string; readonly invitation: InvitationOnWire }> {
    return invited(this.service, this.admin, { email: newAddress().replace('@', `.${this.canary}@`), role });
  }

  /** Somebody who was invited and has joined; the user's id. */
  async newcomer(): Promise<string> {
    const { token } = await this.invitation();
    const accepted = acceptance(token, { name: this.mark('Newcomer') });
    return (await result<Accepted>(this.service, accepted)).session.viewer.user.id;
  }

  /** Forgets a member's calendar feeds: there may be few. */
  async dropCalendarFeeds({ userId }: Member): Promise<void> {
    const { connection } = this.service;
    const feeds = connection.getClient().db(connection.name).collection('calendarFeeds');
    await feeds.deleteMany({ userId: new Types.ObjectId(plainId(userId)) });
  }

  /** The member's only calendar feed; its id. */
  async calendarFeed(member: Member): Promise<string> {
    await this.dropCalendarFeeds(member);
    const made = await this.ask<CalendarFeedCreated>(CREATE_CALENDAR_FEED, { input: { kind: 'MINE' } }, member);
    return made.createCalendarFeed.feed.id;
  }

  /** Open again, and the admin's again, whatever happened to it. */
  async restore(): Promise<void> {
    await this.ownsNothing(this.admin);
    const mine = { _id: new Types.ObjectId(this.tenantId) };
    const ownerAccountId = new Types.ObjectId(plainId(this.admin.accountId));
    await this.#organizations.updateOne(mine, { $set: { status: 'ACTIVE', ownerAccountId } });
    this.service.running.app.get(Authenticator).forgetOrganization(this.tenantId);
  }

  /** Somebody else owns what the member did: an account may found one organization. */
  async ownsNothing({ accountId }: Member): Promise<void> {
    const owned = { ownerAccountId: new Types.ObjectId(plainId(accountId)) };
    const all = await this.#organizations.find(owned).toArray();
    for (const { _id } of all) {
      await this.#organizations.updateOne({ _id }, { $set: { ownerAccountId: new Types.ObjectId() } });
    }
  }

  get #organizations() {
    const { connection } = this.service;
    return connection.getClient().db(connection.name).collection('organizations');
  }

  /** A published workshop of ten seats that happens once, at a time of its own, unless told otherwise. */
  async event(given: object = {}): Promise<EventOnWire> {
    const input = {
      name: this.mark('Workshop'),
      description: this.mark('Bring a laptop.'),
      category: 'WORKSHOP',
      timezone: FOUNDED_IN,
      startsAtLocal: this.#nextStart(),
      duration: 'PT30M',
      capacity: 10,
      maxSeatsPerRegistration: 3,
      publish: true,
      ...given,
    };
    const { createEvent } = await this.ask<{ createEvent: { event: CreatedEvent } }>(CREATE_EVENT, { input });
    const { occurrences, ...event } = createEvent.event;
    return { ...event, occurrences: occurrences.edges.map(({ node }) => node) };
  }

  /** Three Mondays. */
  series(given: object = {}): Promise<EventOnWire> {
    return this.event({ recurrence: { rule: { rrule: 'FREQ=WEEKLY;COUNT=3' } }, ...given });
  }

  /** Gives `member` a seat; the registration's id. */
  async seat(member: Member, occurrenceId: string, idempotencyKey?: string): Promise<string> {
    const input = { occurrenceId, idempotencyKey };
    const { registerForOccurrence } = await this.ask<Registered>(REGISTER, { input }, member);
    return registerForOccurrence.registration.id;
  }

  async giveBack(member: Member, registrationId: string): Promise<void> {
    await this.ask(CANCEL, { input: { registrationId, reason: this.mark('Ill') } }, member);
  }

  /** Mondays from April 2027 on, every half hour of the morning: no two events of an organization overlap. */
  #nextStart(): string {
    const [week, half] = [Math.floor(this.#events / 8), this.#events % 8];
    this.#events += 1;
    const hour = 8 + Math.floor(half / 2);
    const day = new Date(Date.UTC(2027, 3, 5 + 7 * week, hour, (half % 2) * 30));
    return day.toISOString().slice(0, 19);
  }
}

/** The plain id inside an id of the API. */
export function plainId<Id extends string = string>(id: string): Id {
  const parsed = parseId(id);
  if (parsed === null) throw new Error(`${id} is not an id of this service.`);
  return parsed.id as string as Id;
}

interface Joining {
  readonly tenantId: TenantId;
  readonly canary: string;
  readonly role: Role;
}

async function join({ running }: TestService, { tenantId, canary, role }: Joining): Promise<Member> {
  const [accountId, userId] = [newId<AccountId>(), newId<UserId>()];
  const email = `${role.toLowerCase()}.${canary}@example.org`;
  const user = makeUser(tenantId, { id: userId, accountId, role, email, name: `${role} ${canary}` });
  const { createdAt, name } = user;
  const memberships = [{ tenantId, userId, role }];
  const account = { id: accountId, email, name, memberships, emailVerifiedAt: null, createdAt };
  const scope = viewerScope(tenantId, { kind: 'user', userId, accountId, role }, 'test-request');
  const { app } = running;
  await app.get(UnitOfWork).run(scope, async (tx) => {
    const secrets = { emailKey: email.toLowerCase(), passwordHash: 'nobody logs in with this' };
    await app.get(AccountRepository).add(tx, account, secrets);
    await app.get(UserRepository).add(tx, user);
  });
  const { token } = await app.get(AccessTokens).issue({ tenantId, userId, accountId });
  return { role, token, email, userId: encodeId('User', userId), accountId: encodeId('Account', accountId) };
}
