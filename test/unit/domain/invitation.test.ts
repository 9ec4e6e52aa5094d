import { INVITATIONS_PER_DAY, invitationWait } from '../../../src/domain/invitation';
import { at, NOW } from '../../support/make';

describe('how long an address waits to be invited once more', () => {
  /** The newest first, each an hour before the one before it. */
  const hourly = (count: number): Date[] => Array.from({ length: count }, (_, hours) => at(-hours));

  it('is not at all before the fifth of a day', () => {
    expect(invitationWait([], NOW)).toBe(0);
    expect(invitationWait(hourly(INVITATIONS_PER_DAY - 1), NOW)).toBe(0);
  });

  it('is until the fifth from the end is a day old', () => {
    const sent = hourly(INVITATIONS_PER_DAY);
    expect(invitationWait(sent, NOW)).toBe(20 * 3_600_000);
    expect(invitationWait(sent, new Date(at(20).getTime() - 1))).toBe(1);
    expect(invitationWait(sent, at(20))).toBe(0);
    expect(invitationWait(sent, at(30))).toBe(0);
  });
});
