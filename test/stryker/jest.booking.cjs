// The tests whose failure may kill a mutant of the booking store: the engine's on their own, and those with a real
// database, which `run.ts` starts once for all of them.
const { projects } = require('../../jest.config.cjs');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  rootDir: '../..',
  testMatch: [
    '<rootDir>/test/unit/booking/booking-*.test.ts',
    '<rootDir>/test/integration/booking/*.test.ts',
    '<rootDir>/test/integration/store/unit-of-work.test.ts',
  ],
  setupFiles: ['<rootDir>/test/stryker/bounded-properties.ts'],
};
