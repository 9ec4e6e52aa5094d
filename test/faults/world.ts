import { generateKeyPairSync } from 'node:crypto';
import { Types, type mongo } from 'mongoose';
import type { AccountId, TenantId, UserId } from '../../src/domain/ids';
import type { Role } from '../../src/domain/permissions';
import type { Clock } from '../../src/platform/clock';
import { newId } from '../../src/platform/new-id';
import { parseKeyRing } from '../../src/platform/signing-keys';
import { SignedAccessTokens } from '../../src/platform/token';
import { fromAccount } from '../../src/store/account.schema';
import { fromNewOrganization } from '../../src/store/organization.schema';
import type { UserDoc } from '../../src/store/user.schema';

export interface Person {
  readonly tenantId: string;
  readonly userId: string;
  readonly accountId: string;
  token: string;
}

export interface DateOfLoad {
  readonly occurrenceId: string;
  readonly eventId: string;
  /** As last read: what an organizer's edit expects. */
  revision: number;
  capacity: number;
}

/** One organization that the load works on. */
export interface Tenant {
  readonly tenantId: string;
  readonly organizer: Person;
  readonly people: readonly Person[];
  /** They will be removed. */
  readonly leavers: readonly Person[];
  readonly dates: DateOfLoad[];
  readonly events: { readonly eventId: string; revision: number }[];
}

export type Post = (query: string, variables: object, token: string) => Promise<Record<string, unknown>>;

interface Shape {
  /** Name, local start on the common day, RRULE. */
  readonly startsAtLocal: string;
  readonly capacity: number;
  readonly rrule?: string;
  readonly conflictPolicy?: 'ALLOW';
}

/** Dates that overlap one another, small ones that fill up, one that takes no time, and a series. */
const SHAPES: readonly Shape[] = [
  { startsAtLocal: '10:00:00', capacity: 6 },
  { startsAtLocal: '10:30:00', capacity: 6 },
  { startsAtLocal: '11:00:00', capacity: 200 },
  { startsAtLocal: '14:00:00', capacity: 3 },
  { startsAtLocal: '18:00:00', capacity: 200, conflictPolicy: 'ALLOW' },
  { startsAtLocal: '20:00:00', capacity: 40, rrule: 'FREQ=DAILY;COUNT=6' },
];

const CREATE = `mutation ($input: CreateEventInput!) { createEvent(input: $input) { ... on CreateEventPayload {
  event { id occurrences(first: 50) { edges { node { id revision capacity } } } } } } }`;

interface Created {
  readonly createEvent: {
    readonly event: {
      readonly id: string;
      readonly occurrences: {
        readonly edges: readonly { readonly node: { id: string; revision: number; capacity: number } }[];
      };
    };
  };
}

export interface Size {
  readonly tenants: number;
  readonly people: number;
}

/** People come from the store, as they would after years; what they register for is made over the wire. */
export class WorldMaker {
  /** The key that the services know people by, as their environment takes it. */
  readonly signingKey = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  readonly #keys = parseKeyRing(this.signingKey);

  constructor(
    private readonly database: mongo.Db,
    private readonly clock: Clock,
  ) {}

  /** @param month when the dates are, `2031-03` */
  async make(size: Size, post: Post, { month }: { month: string }): Promise<Tenant[]> {
    return Promise.all(Array.from({ length: size.tenants }, () => this.tenant(size, post, { month })));
  }

  /** For services that take it for another time. */
  async signInAgain(tenants: readonly Tenant[], clock: Clock): Promise<void> {
    const everybody = tenants.flatMap(({ organizer, people, leavers }) => [organizer, ...people, ...leavers]);
    for (const person of everybody) await this.signIn(person, clock);
  }

  private async signIn(person: Person, clock: Clock): Promise<void> {
    const { token } = await new SignedAccessTokens(this.#keys, clock).issue({
      tenantId: person.tenantId as TenantId,
      userId: person.userId as UserId,
      accountId: person.accountId as AccountId,
    });
    person.token = token;
  }

  private async tenant(size: Size, post: Post, { month }: { month: string }): Promise<Tenant> {
    const tenantId = newId<TenantId>();
    const organizer = await this.person(tenantId, 'ORG_ADMIN');
    const everybody = await Promise.all(Array.from({ length: size.people }, () => this.person(tenantId, 'USER')));
    const tenant: Tenant = {
      tenantId,
      organizer,
      people: everybody.slice(2),
      leavers: everybody.slice(0, 2),
      dates: [],
      events: [],
    };
    for (const shape of SHAPES)
      await this.publish(tenant, post, { ...shape, startsAtLocal: `${month}-01T${shape.startsAtLocal}` });
    return tenant;
  }

  private async person(tenantId: TenantId, role: Role): Promise<Person> {
    const [userId, accountId] = [newId<UserId>(), newId<AccountId>()];
    const email = `${userId}@example.org`;
    const common = { name: 'Somebody', email, createdAt: this.clock.now() };
    if (role === 'ORG_ADMIN') {
      const organization = fromNewOrganization({
        id: tenantId,
        name: 'Faults',
        slug: `faults-${tenantId}`,
        timezone: 'UTC',
        status: 'ACTIVE',
        ownerAccountId: accountId,
        version: 1,
        createdAt: common.createdAt,
      });
      await this.database.collection<mongo.Document>('organizations').insertOne(organization);
    }
    const memberships = [{ tenantId, userId, role }];
    const account = fromAccount({ ...common, id: accountId, memberships, emailVerifiedAt: null }, { emailKey: email });
    await this.database.collection<mongo.Document>('accounts').insertOne(account);
    await this.database.collection<UserDoc>('users').insertOne({
      ...common,
      _id: new Types.ObjectId(userId),
      tenantId: new Types.ObjectId(tenantId),
      accountId: new Types.ObjectId(accountId),
      role,
      status: 'ACTIVE',
      version: 1,
    });
    const person = { tenantId, userId, accountId, token: '' };
    await this.signIn(person, this.clock);
    return person;
  }

  private async publish(tenant: Tenant, post: Post, { rrule, ...shape }: Shape): Promise<void> {
    const input = {
      ...shape,
      name: 'A date',
      timezone: 'Europe/Berlin',
      duration: 'PT1H',
      maxSeatsPerRegistration: 2,
      publish: true,
      ...(rrule === undefined ? {} : { recurrence: { rule: { rrule } } }),
    };
    const { createEvent } = (await post(CREATE, { input }, tenant.organizer.token)) as unknown as Created;
    const eventId = idIn(createEvent.event.id);
    tenant.events.push({ eventId, revision: 1 });
    for (const { node } of createEvent.event.occurrences.edges) {
      tenant.dates.push({ eventId, occurrenceId: idIn(node.id), revision: node.revision, capacity: node.capacity });
    }
  }
}

const idIn = (tagged: string): string => Buffer.from(tagged, 'base64url').toString('latin1').split(':')[1] ?? '';
