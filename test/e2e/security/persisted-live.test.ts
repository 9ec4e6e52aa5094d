import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codesOf, dataOf } from '../../support/client';
import { listen, liveClient } from '../../support/live-client';
import { testService } from '../../support/service';

const SIGN_UP =
  'mutation ($input: SignUpInput!) { signUp(input: $input) { ... on SignUpPayload { session { accessToken } } } }';
const LISTED = 'subscription { myRegistrationChanged { hasMore } }';
const UNLISTED = 'subscription { myRegistrationChanged { snapshot { id } hasMore } }';

const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex');
const list = join(mkdtempSync(join(tmpdir(), 'happening-persisted-')), 'listed.json');
writeFileSync(list, JSON.stringify(Object.fromEntries([SIGN_UP, LISTED].map((one) => [hashOf(one), one]))));
const service = testService({ PERSISTED_OPERATIONS: list });

it('G14: a list of what is executed holds over WebSocket, too', async () => {
  const input = {
    ...{ email: 'ada@example.org', password: 'correct horse battery', name: 'Ada' },
    ...{ organizationName: 'Ada & Co', timezone: 'UTC' },
  };
  const signedUp = await service.ask<{ signUp: { session: { accessToken: string } } }>(SIGN_UP, { input });
  const token = dataOf(signedUp).signUp.session.accessToken;
  const live = liveClient(service.url, token);
  const allowed = listen<{ myRegistrationChanged: { hasMore: boolean } }>(live, LISTED);
  expect(await allowed.next()).toMatchObject({ data: { myRegistrationChanged: { hasMore: false } } });
  await allowed.end();
  await live.dispose();

  const other = liveClient(service.url, token);
  const refusal: unknown = await listen(other, UNLISTED)
    .next()
    .catch((reason: unknown) => reason);
  expect(JSON.stringify(refusal)).toContain('OPERATION_NOT_LISTED');
  await other.dispose();
  expect(codesOf(await service.ask('{ viewer { user { id } } }', {}, token))).toEqual(['OPERATION_NOT_LISTED']);
});
