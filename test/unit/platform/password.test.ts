import { hashPassword, isPassword } from '../../../src/platform/password';

describe('a stored password', () => {
  it('is argon2id with the parameters of OWASP, salted', async () => {
    const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);

    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('is recognised, however the keyboard composes its letters', async () => {
    const stored = await hashPassword('caf\u00e9 au lait');

    expect(await isPassword(stored, 'cafe\u0301 au lait')).toBe(true);
    expect(await isPassword(stored, 'cafe au lait')).toBe(false);
  });

  it('is never right where there is none, and finding that out takes a comparison like any other', async () => {
    const stored = await hashPassword('correct horse');
    const nobody = await medianOf(9, () => isPassword(null, 'correct horse'));
    const wrong = await medianOf(9, () => isPassword(stored, 'wrong horse'));

    expect(await isPassword(null, 'correct horse')).toBe(false);
    expect(nobody).toBeGreaterThan(wrong / 3);
  });
});

async function medianOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const from = performance.now();
    await work();
    took.push(performance.now() - from);
  }
  return took.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}
