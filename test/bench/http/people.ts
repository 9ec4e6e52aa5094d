import { generateKeyPairSync } from 'node:crypto';
import { Types } from 'mongoose';
import type { AccountId, TenantId, UserId } from '../../../src/domain/ids';
import { SystemClock } from '../../../src/platform/clock';
import { newId } from '../../../src/platform/new-id';
import { parseKeyRing } from '../../../src/platform/signing-keys';
import { SignedAccessTokens } from '../../../src/platform/token';
import { fromNewOrganization, type OrganizationDoc } from '../../../src/store/organization.schema';
import type { UserDoc } from '../../../src/store/user.schema';
import type { BenchDatabase } from '../bench-database';

export interface Person {
  readonly tenantId: TenantId;
  readonly userId: UserId;
}

/** Puts people into the database and signs them in. */
export class People {
  /** The key that a service needs to know them by, as its environment takes it. */
  readonly signingKey = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  readonly #clock = new SystemClock();
  readonly #tokens = new SignedAccessTokens(parseKeyRing(this.signingKey), this.#clock);

  constructor(private readonly database: BenchDatabase) {}

  /** One access token per person, in order. */
  async enrol(people: readonly Person[]): Promise<string[]> {
    const enrolled = people.map((person) => ({ ...person, accountId: newId<AccountId>() }));
    const { connection } = this.database;
    await connection.collection<UserDoc>('users').insertMany(enrolled.map((one) => this.user(one)));
    await this.found(new Map(enrolled.map(({ tenantId, accountId }) => [tenantId, accountId])));
    const tokens: string[] = [];
    for (const subject of enrolled) tokens.push((await this.#tokens.issue(subject)).token);
    return tokens;
  }

  /** Their organizations, where they are not there yet. */
  private async found(owners: ReadonlyMap<TenantId, AccountId>): Promise<void> {
    const operations = [...owners].map(([tenantId, ownerAccountId]) => {
      const organization = fromNewOrganization({
        id: tenantId,
        name: 'Bench',
        slug: `bench-${tenantId}`,
        timezone: 'UTC',
        status: 'ACTIVE',
        ownerAccountId,
        version: 1,
        createdAt: this.#clock.now(),
      });
      const { _id, ...rest } = organization;
      return { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } };
    });
    await this.database.connection.collection<OrganizationDoc>('organizations').bulkWrite(operations);
  }

  private user({ tenantId, userId, accountId }: Person & { readonly accountId: AccountId }): UserDoc {
    return {
      _id: new Types.ObjectId(userId),
      tenantId: new Types.ObjectId(tenantId),
      accountId: new Types.ObjectId(accountId),
      name: 'Bench',
      email: `${userId}@example.org`,
      role: 'USER',
      status: 'ACTIVE',
      version: 1,
      createdAt: this.#clock.now(),
    };
  }
}
