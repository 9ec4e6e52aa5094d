import type { Role } from '../../src/domain/permissions';
import { encodeId } from '../../src/graphql/global-id';
import type { AccessToken, AccessTokens } from '../../src/platform/token';
import type { SeededOrganization } from './seed-database';
import type { SeededPerson } from './seed-organization';
import { SEED_PASSWORD } from './seed-password';

/** One person as load tools read them from the file of `--tokens`; ids as the API gives them. */
export interface TokenEntry {
  readonly organization: string;
  readonly organizationId: string;
  readonly role: Role;
  readonly email: string;
  readonly password: string;
  readonly userId: string;
  readonly accessToken: string;
}

/** A token like the one that a log-in gives; nothing is written for it. */
export const tokenOf = (tokens: AccessTokens, { user }: SeededPerson): Promise<AccessToken> =>
  tokens.issue({ accountId: user.accountId, userId: user.id, tenantId: user.tenantId });

export async function tokenEntries(
  tokens: AccessTokens,
  organizations: readonly SeededOrganization[],
): Promise<TokenEntry[]> {
  const entries: TokenEntry[] = [];
  for (const { name, id, people } of organizations) {
    for (const person of people) {
      const { token } = await tokenOf(tokens, person);
      entries.push({
        organization: name,
        organizationId: encodeId('Organization', id),
        role: person.user.role,
        email: person.account.email,
        password: SEED_PASSWORD,
        userId: encodeId('User', person.user.id),
        accessToken: token,
      });
    }
  }
  return entries;
}
