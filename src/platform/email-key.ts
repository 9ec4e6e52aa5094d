import { domainToASCII } from 'node:url';

const MAX_ADDRESS = 254;
const LOCAL_PART = /^[^\s\p{Cc}"(),:;<>[\\\]]{1,64}$/u;
/** Characters that would make a URL parser see something other than a host name. */
const NOT_IN_A_DOMAIN = /[\s\p{Cc}/?#%\\:<>[\]^|]/u;
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * What "the same e-mail address" means, in its one place: trimmed, NFKC, the domain in its ASCII form (IDNA), case-folded.
 * The local part is folded too: no provider in use tells `Ada@` from `ada@`, and people type both [T12].
 *
 * @returns null for something that is no address
 */
export function emailKey(address: string): string | null {
  const [local, domain, ...more] = foldCase(address.trim().normalize('NFKC')).split('@');
  if (local === undefined || domain === undefined || more.length > 0) return null;
  if (!LOCAL_PART.test(local) || NOT_IN_A_DOMAIN.test(domain)) return null;
  const host = domainToASCII(domain);
  const key = `${local}@${host}`;
  return HOST_NAME.test(host) && key.length <= MAX_ADDRESS ? key : null;
}

/** By way of upper case, so that `ß` meets `SS`. */
const foldCase = (text: string): string => text.toUpperCase().toLowerCase();
