import { EMAIL_CODE_MS, EMAIL_CODE_TRIES, withNewCode, withTry, type EmailCheck } from '../../../src/domain/email-code';
import { NOW } from '../../support/make';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const after = (ms: number): Date => new Date(NOW.getTime() + ms);
const nothing: EmailCheck = { version: 0, verifiedAt: null, code: null, sentAt: [] };
const right = { fits: (hash: string) => hash === 'hash', now: NOW };
const wrong = { fits: () => false, now: NOW };

function sent(check: EmailCheck, now: Date): EmailCheck {
  const outcome = withNewCode(check, { hash: 'hash', now });
  if ('wait' in outcome) throw new Error(`not sent: wait ${outcome.wait} ms`);
  return outcome.check;
}

describe('sending a code', () => {
  it('replaces the one before it, and counts', () => {
    const first = sent(nothing, NOW);
    expect(first).toEqual({
      version: 1,
      verifiedAt: null,
      code: { hash: 'hash', expiresAt: after(EMAIL_CODE_MS), tries: 0 },
      sentAt: [NOW],
    });
    expect(sent(withTry(first, wrong) ?? first, after(MINUTE))).toMatchObject({
      version: 2,
      code: { tries: 0, expiresAt: after(MINUTE + EMAIL_CODE_MS) },
      sentAt: [NOW, after(MINUTE)],
    });
  });

  it('five times an hour, and then once for each that is an hour old', () => {
    const five = [0, 1, 2, 3, 4].reduce((check, minute) => sent(check, after(minute * MINUTE)), nothing);
    expect(withNewCode(five, { hash: 'hash', now: after(5 * MINUTE) })).toEqual({ wait: 55 * MINUTE });
    expect(withNewCode(five, { hash: 'hash', now: after(HOUR - 1) })).toEqual({ wait: 1 });
    const sixth = sent(five, after(HOUR));
    expect(sixth.sentAt).toEqual([1, 2, 3, 4, 60].map((minute) => after(minute * MINUTE)));
    expect(withNewCode(sixth, { hash: 'hash', now: after(HOUR) })).toEqual({ wait: MINUTE });
  });
});

describe('trying a code', () => {
  const check = sent(nothing, NOW);

  it('that is right verifies the address, once', () => {
    const verified = withTry(check, right);
    expect(verified).toEqual({ ...check, version: 2, verifiedAt: NOW, code: null });
    expect(withTry(verified ?? check, right)).toBeNull();
  });

  it('that is wrong costs a try; when they are used up, the right one is refused too', () => {
    let tried: EmailCheck = check;
    for (let tries = 1; tries <= EMAIL_CODE_TRIES; tries += 1) {
      const next = withTry(tried, wrong);
      expect(next).toEqual({ ...check, code: { ...check.code, tries } });
      tried = next ?? tried;
    }
    expect(withTry(tried, right)).toBeNull();
  });

  it('counts until it expires', () => {
    expect(withTry(check, { ...right, now: after(EMAIL_CODE_MS - 1) })).not.toBeNull();
    expect(withTry(check, { ...right, now: after(EMAIL_CODE_MS) })).toBeNull();
  });
});
