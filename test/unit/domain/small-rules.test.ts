import { freePlace } from '../../../src/domain/calendar-feed';
import { canonicalJson } from '../../../src/domain/canonical-json';
import { deliveryId } from '../../../src/domain/delivery';
import type { AccountId, JournalId, TenantId, UserId } from '../../../src/domain/ids';
import { actorKey, actorOfKey, systemScope, tenantScope, viewerScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';

describe('the places of a person’s calendar feeds', () => {
  it.each([
    [1, []],
    [2, [1, 3]],
    [5, [4, 2, 1, 3]],
    [null, [1, 2, 3, 4, 5]],
  ])('the first that is free is %s', (place, taken) => {
    expect(freePlace(taken.map((one) => ({ place: one })))).toBe(place);
  });
});

describe('canonical JSON', () => {
  it('is the same for equal objects, however they were made', () => {
    const one = { b: 1, a: { d: [2, { f: null, e: 'x' }], c: undefined } };
    const same = { a: { d: [2, { e: 'x', f: null }] }, b: 1 };
    expect(canonicalJson(one)).toBe('{"a":{"d":[2,{"e":"x","f":null}]},"b":1}');
    expect(canonicalJson(same)).toBe(canonicalJson(one));
  });

  it('keeps the order of a list, and knows absent from nothing', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
    expect(canonicalJson(undefined)).toBe('null');
    expect(canonicalJson(0)).toBe('0');
  });
});

describe('who acts', () => {
  const userId = newId<UserId>();
  const user = { kind: 'user', userId, accountId: newId<AccountId>(), role: 'USER' } as const;

  it('is written as a key, and read back from it', () => {
    expect(actorKey(user)).toBe(`u:${userId}`);
    expect(actorOfKey(actorKey(user))).toEqual({ userId });
    expect(actorKey({ kind: 'system', name: 'horizon-extender' })).toBe('s:horizon-extender');
    expect(actorOfKey('s:horizon-extender')).toEqual({ system: 'horizon-extender' });
  });

  it('cannot be changed once the work has begun', () => {
    const tenantId = newId<TenantId>();
    const scopes = [tenantScope(tenantId, user, 'r'), viewerScope(tenantId, user, 'r'), systemScope('finding work')];
    expect(scopes).toEqual([
      { tenantId, actor: user, requestId: 'r' },
      { tenantId, actor: user, requestId: 'r' },
      { purpose: 'finding work' },
    ]);
    expect(scopes.filter((scope) => !Object.isFrozen(scope))).toEqual([]);
  });
});

it('one receiver is told of one journal row once on each channel', () => {
  expect(deliveryId('j1' as JournalId, 'mail', 'ada@example.com')).toBe('j1|mail|ada@example.com');
});
