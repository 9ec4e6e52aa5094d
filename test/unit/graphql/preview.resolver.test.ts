import { PreviewResolver } from '../../../src/graphql/preview.resolver';
import type { PreviewRecurrenceInput } from '../../../src/graphql/preview.types';

const preview: PreviewRecurrenceInput = {
  timezone: 'Europe/Berlin',
  startsAtLocal: '2027-03-01T10:00:00',
  duration: 'PT1H',
  recurrence: { rule: { rrule: 'FREQ=DAILY' } },
};

describe('previews that are asked for at once', () => {
  it('take their turns, with room for other requests between them [RR]', async () => {
    const resolver = new PreviewResolver();
    let turn = 0;
    let spinning = true;
    const spin = (): void => {
      turn += 1;
      if (spinning) setImmediate(spin);
    };
    setImmediate(spin);
    const turns = await Promise.all(
      Array.from({ length: 5 }, async () => {
        await resolver.previewRecurrence(preview);
        return turn;
      }),
    );
    spinning = false;

    expect(new Set(turns).size).toBe(5);
  });

  it('do not wait for one that is refused', async () => {
    const resolver = new PreviewResolver();
    const refused = { ...preview, recurrence: { rule: { rrule: 'FREQ=SECONDLY' } } };
    const [first, second] = await Promise.allSettled([refused, preview].map((one) => resolver.previewRecurrence(one)));

    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
  });
});
