import { hash, verify } from '@node-rs/argon2';

/** argon2id as OWASP's password storage cheat sheet asks for it: 19 MiB, two passes, one lane; about 20 ms. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of a password nobody has, with the same parameters: checked when the address is unknown. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$86vcOKe5/dAjz0OhAAv7cw$hbUk0OiaRAjzznhx7Fk2UaS791J3IpLCVYwo/xjUBGI';

/** The same password typed on two keyboards may arrive composed and decomposed (NIST SP 800-63B, 5.1.1.2). */
const typed = (password: string): string => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<string> => hash(typed(password), PARAMETERS);

/** Whether the password is the hash's. Takes as long when there is no hash to compare with. */
export async function isPassword(storedHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(storedHash ?? NOBODY, typed(password));
  return matches && storedHash !== null;
}
