/** Where the service was told to listen, somebody else does. */
export class PortTakenError extends Error {
  constructor({ address, port }: Readonly<Record<'address' | 'port', unknown>>, key: string) {
    super(`Port ${String(port)} of ${String(address)} is taken: end what listens there, or set ${key} to another.`);
    this.name = 'PortTakenError';
  }
}

/**
 * For whoever waits until a server listens: says by which key of the environment a port that is taken can be changed.
 *
 * @throws PortTakenError, or what it was given
 */
export const blame =
  (key: string) =>
  (error: unknown): never => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw taken && 'address' in error && 'port' in error ? new PortTakenError(error, key) : error;
  };
