const MIN_MODULUS_BITS = 2_048;
/** Longer ones make every verification slow, whoever asks for it. */
const MAX_MODULUS_BITS = 8_192;
const MAX_EXPONENT = 2n ** 64n;

/** Small primes modulo which a ROCA modulus is a power of 65537 (CVE-2017-15361; fingerprint by Nemec et al., 2017). */
const ROCA_PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/** Modulus and exponent as a JWK has them. */
export interface RsaNumbers {
  readonly n: string;
  readonly e: string;
}

/** Whether an RSA key is not to be used: too short, too long to be checked cheaply, a trivial exponent, a faulty chip's. */
export function isUnfitRsa({ n, e }: RsaNumbers): boolean {
  const [modulus, exponent] = [numberOf(n), numberOf(e)];
  const bits = modulus.toString(2).length;
  if (bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) return true;
  if (exponent < 3n || exponent > MAX_EXPONENT || exponent % 2n === 0n) return true;
  return ROCA_PRIMES.every((prime) => isPowerOf65537(Number(modulus % BigInt(prime)), prime));
}

const numberOf = (base64url: string): bigint => BigInt(`0x0${Buffer.from(base64url, 'base64url').toString('hex')}`);

function isPowerOf65537(residue: number, prime: number): boolean {
  const base = 65_537 % prime;
  let power = 1;
  do {
    if (power === residue) return true;
    power = (power * base) % prime;
  } while (power !== 1);
  return false;
}
