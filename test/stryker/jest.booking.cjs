// The tests whose failure may kill a mutant of the booking store: the engine's on their own, and those with a real
// database, which `run.ts` starts once for all of them. Not the one whose bookings are made by child processes: they
// would run the code without its mutant.
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
  testPathIgnorePatterns: ['two-processes'],
  testRunner: require.resolve('./jest-circus-until-first-failure.cjs'),
  testEnvironment: require.resolve('./until-first-failure.cjs'),
  testSequencer: require.resolve('./quickest-first.cjs'),
  setupFiles: ['<rootDir>/test/stryker/bounded-properties.ts'],
};
