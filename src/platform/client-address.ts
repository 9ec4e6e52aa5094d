import { isIPv4, isIPv6 } from 'node:net';

/** Whoever has an IPv6 address has at least 2^64 of them: the first four groups of eight say who it is. */
const NETWORK_GROUPS = 4;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Under what a client's address is counted: one IPv4 address, or the /64 network of an IPv6 address. */
export function addressKey(address: string | undefined): string {
  const plain = address?.split('%')[0] ?? '';
  const mapped = MAPPED.exec(plain)?.[1];
  if (mapped !== undefined || isIPv4(plain)) return mapped ?? plain;
  // What a trusted proxy passed on need not be an address; it is one key, whatever it is.
  return isIPv6(plain) ? `${networkOf(plain)}/64` : 'unknown';
}

function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = groupsOf(head);
  if (tail !== undefined) {
    const last = groupsOf(tail);
    // An IPv4 address at the end stands for two groups.
    const missing = 8 - groups.length - last.length - (tail.includes('.') ? 1 : 0);
    groups.push(...Array.from({ length: missing }, () => '0'), ...last);
  }
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
