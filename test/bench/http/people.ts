import { generateKeyPairSync } from 'node:crypto';
import { Types } from 'mongoose';
import type { AccountId, TenantId, UserId } from '../../../src/domain/ids';
import { SystemClock } from '../../../src/platform/clock';
import { newId } from '../../../src/platform/new-id';
import { parseKeyRing } from '../../../src/platform/signing-keys';
import { SignedAccessTokens } from '../../../src/platform/token';
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
    await this.database.connection.collection<UserDoc>('users').insertMany(enrolled.map((one) => this.user(one)));
    const tokens: string[] = [];
    for (const subject of enrolled) tokens.push((await this.#tokens.issue(subject)).token);
    return tokens;
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
