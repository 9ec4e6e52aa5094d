import type { TenantId } from '../../domain/ids';
import type { Organization } from '../../domain/organization';
import type { SystemScope } from '../../domain/scope';
import type { OrganizationRepository } from '../../store/organization.repository';

const PAGE = 200;

/** Every tenant of a status, or every one, for a job that visits them all [I2]. */
export async function* tenantIds(
  organizations: OrganizationRepository,
  system: SystemScope,
  status?: Organization['status'],
): AsyncGenerator<TenantId> {
  let after: TenantId | null = null;
  do {
    const query = { ...(status ? { status } : {}), after, first: PAGE };
    const page: TenantId[] = await organizations.ids(system, query);
    yield* page;
    after = page.length === PAGE ? (page.at(-1) ?? null) : null;
  } while (after !== null);
}
