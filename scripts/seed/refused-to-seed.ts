/** The seeding is not done, and its text says why and what to do. */
export class RefusedToSeedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedToSeedError';
  }
}
