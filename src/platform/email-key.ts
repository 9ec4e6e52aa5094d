import { domainToASCII, domainToUnicode } from 'node:url';

const MAX_ADDRESS = 254;
/** After NFKC, which makes an @ of two characters more: those are looked for beforehand. */
const AT = /[@\uFE6B\uFF20]/u;
const LOCAL_PART = /^[^\s\p{Cc}"(),:;<>[\\\]]{1,64}$/u;
/** Characters that would make a URL parser see something other than a host name. */
const NOT_IN_A_DOMAIN = /[\s\p{Cc}/?#%\\:<>[\]^|]/u;
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * What "the same e-mail address" means, in its one place: trimmed, the domain as IDNA has it, the local part NFKC and in
 * lower case: no provider in use tells `Ada@` from `ada@`, and people type both [T12].
 *
 * The domain is left to IDNA alone. Whatever else is folded there makes one of two names that two people can own: NFKC and
 * upper case take `faß.de` for `fass.de` and `gıthub.com` for `github.com`. The local part goes by way of no upper case
 * either, for the same reason. NFKC stays (full-width letters, ligatures): a mail server may well tell two of those apart,
 * so mails go to the key and not to what was typed, and what others say of an address counts where it `isPlainAddress`.
 *
 * @returns null for something that is no address
 */
export function emailKey(address: string): string | null {
  const [typed, domain, ...more] = address.trim().split(AT);
  if (typed === undefined || domain === undefined || more.length > 0) return null;
  const local = typed.normalize('NFKC').toLowerCase();
  if (!LOCAL_PART.test(local) || NOT_IN_A_DOMAIN.test(domain)) return null;
  const host = domainToASCII(withSharpS(domain));
  const key = `${local}@${host}`;
  return HOST_NAME.test(host) && key.length <= MAX_ADDRESS ? key : null;
}

/**
 * Whether an address is, letter by letter, the one that its key names: but for the case of ASCII letters, and for the
 * spelling of its domain, which IDNA reads one way. Whoever has seen that it is somebody's has seen it of the key, then.
 * Of `ſam@` they have not: its key is `sam@`, and that may be somebody else's mailbox.
 */
export function isPlainAddress(address: string): boolean {
  const key = emailKey(address);
  if (key === null) return false;
  const [local = '', host = ''] = key.split('@');
  const named = address.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return named === key || named === `${local}@${domainToUnicode(host)}`;
}

/** Unicode before 15.1, and so Node 20, has the capital `ẞ` of a domain be `ss`, though its small letter is one of its own. */
const withSharpS = (domain: string): string => domain.replaceAll('ẞ', 'ß');
