import type { RegistrationId, TenantId, UserId } from '../../src/domain/ids';
import type { Registration } from '../../src/domain/registration';
import { newId } from '../../src/platform/new-id';
import { fromRegistration } from '../../src/store/registration.schema';
import { at, makeOccurrence, makeRegistration } from '../support/make';
import type { BenchDatabase } from './bench-database';
import type { People } from './http/people';
import { REGISTRATIONS } from './http/questions';
import { type Asked, rowOf } from './reading';

/** The first page of a person's registrations. */
export interface MineRequest extends Asked {
  readonly userId: UserId;
}

const TENANTS = 20;
const PEOPLE_PER_TENANT = 5;
const EACH = 500;

/** People with 500 registrations each. */
export class RegistrationData {
  readonly #requests: MineRequest[] = [];

  private constructor() {}

  static async create({ connection }: BenchDatabase, people: People): Promise<RegistrationData> {
    const data = new RegistrationData();
    const viewers = Array.from({ length: TENANTS }, () => newId<TenantId>()).flatMap((tenantId) =>
      Array.from({ length: PEOPLE_PER_TENANT }, () => ({ tenantId, userId: newId<UserId>() })),
    );
    const tokens = await people.enrol(viewers);
    for (const [index, { tenantId, userId }] of viewers.entries()) {
      const theirs = Array.from({ length: EACH }, (_, n) => {
        const occurrence = makeOccurrence(tenantId, { startsAt: at(24 + 2 * n) });
        return makeRegistration(occurrence, userId, { id: newId<RegistrationId>() });
      });
      await connection.collection('registrations').insertMany(theirs.map(fromRegistration), { ordered: false });
      const expected = theirs.slice(0, REGISTRATIONS).map(rowOfRegistration);
      data.#requests.push({
        tenantId,
        userId,
        token: tokens[index] ?? '',
        expected,
        hasNextPage: EACH > REGISTRATIONS,
      });
    }
    return data;
  }

  get size(): number {
    return this.#requests.length * EACH;
  }

  request(random: () => number): MineRequest {
    const request = this.#requests[Math.floor(random() * this.#requests.length)];
    if (!request) throw new Error('there is nobody');
    return request;
  }
}

const rowOfRegistration = ({ id, status, seats, createdAt, version }: Registration): string =>
  rowOf([id, status, seats, createdAt, version]);
