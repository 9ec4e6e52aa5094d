import type { TenantId } from '../../../src/domain/ids';
import { tenantScope } from '../../../src/domain/scope';
import { RedisLink } from '../../../src/platform/redis';
import { CachedMetadata } from '../../../src/store/cached-metadata';
import { codesOf, dataOf } from '../../support/client';
import { acceptance, answerTo, invited } from '../../support/colleagues';
import { founderOf } from '../../support/founder';
import { testRedis } from '../../support/redis';
import { testService } from '../../support/service';
import { plainId } from '../../support/walk/organization';
import { founderIn, refresh, refusalOfToken } from '../../support/sessions';
import { until } from '../../support/until';

/* T13: an organization that is archived, after Redis and the process have cached it. */
jest.setTimeout(60_000);

const redis = testRedis();
const service = testService({
  get REDIS_URL() {
    return redis.url;
  },
});

const ORGANIZATION = '{ organization { name status } }';

it('T13: its tokens are dead, its invitations too, and no cache goes on telling of it as it was', async () => {
  await until(() => service.running.app.get(RedisLink).usable, 'Redis is in reach');
  const host = await founderOf(service, 'Host');
  const { there } = await founderIn(service, 'Guest', host);
  const open = await invited(service, host);
  const tenantId = plainId<TenantId>(host.organizationId);
  const scope = tenantScope(tenantId, { kind: 'system', name: 'test' }, 'test');
  const cached = () => service.running.app.get(CachedMetadata).findOrganization(scope);
  expect(dataOf(await service.ask(ORGANIZATION, {}, host.token))).toMatchObject({ organization: { status: 'ACTIVE' } });
  await until(
    async () => (await redis.admin.keys(`t:${tenantId}:organizations:*`)).length === 1,
    'the organization is stored',
  );
  expect(await cached()).toMatchObject({ status: 'ACTIVE' });

  const archive = 'mutation { archiveOrganization(input: {}) { organization { status } } }';
  expect(codesOf(await service.ask(archive, {}, host.token))).toEqual([]);

  expect(await cached()).toMatchObject({ status: 'ARCHIVED' });
  for (const token of [host.token, there.accessToken]) {
    expect(await refusalOfToken(service, token)).toEqual(['FORBIDDEN']);
    expect(codesOf(await service.ask(ORGANIZATION, {}, token))).toEqual(['FORBIDDEN']);
  }
  expect(codesOf(await refresh(service, there.refreshToken))).toEqual(['FORBIDDEN']);
  const joining = await answerTo(service, acceptance(open.token));
  expect(joining.data).toMatchObject({ acceptInvitation: { code: 'INVITATION_INVALID' } });
});
