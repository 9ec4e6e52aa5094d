import { base } from './base.mjs';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  ...base('booking'),
  mutate: [
    'src/store/booking.repository.ts',
    'src/store/booking-statements.ts',
    'src/store/solo-registration.ts',
    'src/store/unit-of-work.ts',
    'src/use-cases/booking-batch.ts',
    'src/use-cases/booking-engine.ts',
    'src/use-cases/booking-lane.ts',
    'src/use-cases/booking-queue.ts',
  ],
};
