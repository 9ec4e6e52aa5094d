import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capturedLog } from '../support/captured-log';
import { codesOf, dataOf } from '../support/client';
import { founderOf } from '../support/founder';
import { testService } from '../support/service';
import { parseMail } from '../support/smtp';
import { until } from '../support/until';

const log = capturedLog();
const service = testService({}, { logger: log.logger });

const VERIFY = /* GraphQL */ `
  mutation ($input: VerifyEmailInput!) {
    verifyEmail(input: $input) {
      __typename
      ... on VerifyEmailPayload {
        account {
          emailVerified
          emailVerifiedAt
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`;
const VIEWER = '{ viewer { account { emailVerified emailVerifiedAt } } }';
const REQUEST = /* GraphQL */ `
  mutation {
    requestEmailVerification(input: {}) {
      account {
        emailVerified
      }
    }
  }
`;

interface Verified {
  verifyEmail: { __typename: string; code?: string; account?: { emailVerified: boolean; emailVerifiedAt: string } };
}

/** The codes that were mailed to an address, once there are as many. */
async function mailedTo(address: string, count: number): Promise<string[]> {
  let codes: string[] = [];
  const isThere = async (): Promise<boolean> => {
    const files = await readdir(service.mailDir).catch(() => []);
    const complete = files.filter((name) => name.endsWith('.eml'));
    const mails = await Promise.all(
      complete.map(async (name) => parseMail(await readFile(join(service.mailDir, name), 'utf8'))),
    );
    const theirs = mails.filter(({ to }) => to?.[0]?.address === address);
    codes = theirs.map(({ text }) => /\b\d{6}\b/.exec(text ?? '')?.[0] ?? '');
    return codes.length >= count;
  };
  await until(isThere, `${count} mails to ${address} have come`, { patienceMs: 20_000 });
  return codes;
}

const verify = async (token: string, code: string) =>
  dataOf(await service.ask<Verified>(VERIFY, { input: { code } }, token)).verifyEmail;

describe('an e-mail address', () => {
  it('is verified with the code that signing up has mailed', async () => {
    const { token } = await founderOf(service, 'Ada');
    expect(dataOf(await service.ask(VIEWER, {}, token))).toEqual({
      viewer: { account: { emailVerified: false, emailVerifiedAt: null } },
    });
    const [code] = await mailedTo('ada@example.org', 1);
    const emailVerifiedAt = service.clock.now().toISOString();

    expect(await verify(token, ` ${code} `)).toEqual({
      __typename: 'VerifyEmailPayload',
      account: { emailVerified: true, emailVerifiedAt },
    });
    expect(dataOf(await service.ask(VIEWER, {}, token))).toEqual({
      viewer: { account: { emailVerified: true, emailVerifiedAt } },
    });
    expect(await verify(token, code!)).toMatchObject({
      __typename: 'EmailCodeInvalidError',
      code: 'EMAIL_CODE_INVALID',
    });
  });

  it('gets another code when one is asked for', async () => {
    const { token } = await founderOf(service, 'Grace');
    await mailedTo('grace@example.org', 1);
    service.clock.advance(1_000);
    expect(codesOf(await service.ask(REQUEST, {}, token))).toEqual([]);

    expect(await mailedTo('grace@example.org', 2)).toHaveLength(2);
  });

  it('is not guessed by one request with many aliases: none of them is tried', async () => {
    const { token } = await founderOf(service, 'Eve');
    const [code] = await mailedTo('eve@example.org', 1);
    const aliases = [code, '000000', '000001'].map(
      (guess, n) => `a${n}: verifyEmail(input: { code: "${guess}" }) { __typename }`,
    );
    const answer = await service.ask(`mutation { ${aliases.join(' ')} }`, {}, token);

    expect(codesOf(answer)).toContain('BAD_USER_INPUT');
    expect(await verify(token, code!)).toMatchObject({ __typename: 'VerifyEmailPayload' });
  });

  it('and its code are nowhere in the log, at whatever level', async () => {
    const [code] = await mailedTo('ada@example.org', 1);

    expect(log.parsed().some(({ message }) => message === 'a mail was written')).toBe(true);
    expect(log.lines.join('')).not.toMatch(/@example\.org/);
    expect(log.lines.join('')).not.toContain(code);
  });
});
