import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadTokenError, verifiedContent } from '../../../src/platform/oidc-jws';
import { KeySet } from '../../../src/platform/oidc-key-set';
import { OIDC_ALGORITHMS } from '../../../src/platform/oidc-settings';

interface Vectors {
  readonly groups: readonly {
    readonly suite: 'JWS' | 'JWK';
    readonly group: string;
    readonly keys: readonly { readonly kty: string; readonly alg?: string }[];
    readonly tests: readonly { id: number; comment: string; jws: string; result: 'valid' | 'invalid' }[];
  }[];
}

const file = join(__dirname, '..', '..', 'fixtures', 'wycheproof-jws.json');
const { groups } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

/** Right for a library, refused here: a secret that both sides share, and keys whose own `alg` is not the token's. */
const isStricterHere = ({ keys, group }: Vectors['groups'][number], { id }: { id: number }): boolean =>
  keys.every(({ kty }) => kty === 'oct') || (group.startsWith('rfc7520') && [346, 347, 350, 351].includes(id));

/** With every algorithm allowed that there is: the vectors judge what is checked beyond the list. */
async function accepts(jws: string, keys: unknown): Promise<boolean> {
  const set = KeySet.from({ keys }, OIDC_ALGORITHMS);
  const keyOf = async (wanted: Parameters<KeySet['find']>[0]) => {
    const found = set.find(wanted);
    if (found === null) throw new BadTokenError('unknown key');
    return found;
  };
  return verifiedContent(jws, OIDC_ALGORITHMS, keyOf).then(
    () => true,
    () => false,
  );
}

describe.each(['JWS', 'JWK'] as const)('the Wycheproof %s vectors [J1, J5]', (suite) => {
  const mine = groups.filter((group) => group.suite === suite);

  it('are all here', () => {
    expect(mine.flatMap(({ tests }) => tests)).toHaveLength(suite === 'JWS' ? 401 : 26);
  });

  it.each(mine.map((group) => [group.group, group.keys[0]?.kty, group] as const))(
    'are judged as they say: %s (%s)',
    async (_name, _kty, group) => {
      const judged = await Promise.all(
        group.tests.map(async (test) => ({ id: test.id, accepted: await accepts(test.jws, group.keys) })),
      );
      const wanted = group.tests.map((test) => ({
        id: test.id,
        accepted: test.result === 'valid' && !isStricterHere(group, test),
      }));
      expect(judged).toEqual(wanted);
    },
  );
});
