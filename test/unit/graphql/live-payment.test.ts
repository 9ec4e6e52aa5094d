import { RateLimitedError } from '../../../src/domain/errors';
import type { TenantId } from '../../../src/domain/ids';
import { viewerScope } from '../../../src/domain/scope';
import { LivePayment } from '../../../src/graphql/live-payment';
import { pointsOf, VALUES_OF_A_POINT } from '../../../src/graphql/price';
import { newId } from '../../../src/platform/new-id';
import { makeViewer } from '../../support/make';

const tenantId = newId<TenantId>();
const { actor } = makeViewer('USER', tenantId);
const scope = viewerScope(tenantId, actor, 'live');
const { signal } = new AbortController();

const paymentOf = (cost: number) => {
  const take = jest.fn<Promise<void>, [name: string, key: string, points: number]>().mockResolvedValue();
  const payment = new LivePayment({ take } as never, cost);
  const paid = (): number => take.mock.calls.reduce((sum, [name, , points]) => sum + (name === 'user' ? points : 0), 0);
  return { take, payment, paid };
};

const oweTwo = (payment: LivePayment): void => [1, 2].forEach(() => payment.owe(scope));

describe('the messages of a subscription', () => {
  it.each([1, 15, 999, 1_000, 1_500, 25_000])(
    'of %i values each are paid for, together with the start, to the point; one at most is not yet',
    async (cost) => {
      const { payment, paid } = paymentOf(cost);
      const values = () => (pointsOf(cost) + paid()) * VALUES_OF_A_POINT;
      for (let messages = 1; messages <= 200; messages += 1) {
        payment.owe(scope);
        expect(values()).toBeGreaterThanOrEqual((messages - 1) * cost);
        await payment.settle(signal);
        expect(values()).toBeGreaterThan(messages * cost);
        expect(values()).toBeLessThanOrEqual(messages * cost + VALUES_OF_A_POINT);
      }
    },
  );

  it('are paid by the person and by the organization', async () => {
    const { payment, take } = paymentOf(2_500);
    oweTwo(payment);
    await payment.settle(signal);
    expect(take.mock.calls).toEqual([
      ['user', actor.accountId, 3],
      ['tenant', tenantId, 3],
    ]);
  });

  it('wait no longer than somebody listens, however long it takes', async () => {
    const { payment, take } = paymentOf(2_500);
    take.mockRejectedValue(new RateLimitedError(3_600_000));
    oweTwo(payment);
    const ending = new AbortController();
    const settled = payment.settle(ending.signal);
    ending.abort();
    await expect(settled).rejects.toThrow('aborted');
  });

  it('end where it cannot be known whether they are paid', async () => {
    const { payment, take } = paymentOf(2_500);
    take.mockRejectedValue(new Error('no limiter'));
    oweTwo(payment);
    await expect(payment.settle(signal)).rejects.toThrow('no limiter');
  });
});
