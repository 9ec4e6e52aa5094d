// The tests whose failure may kill a mutant of src/domain: pure ones, without a database and without child processes
// (a child would run the code without its mutant).
const { projects } = require('../../jest.config.cjs');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  rootDir: '../..',
  roots: ['<rootDir>/src/domain', '<rootDir>/test/unit/booking', '<rootDir>/test/unit/domain'],
  testMatch: ['<rootDir>/test/unit/booking/{bucket,decide}*.test.ts', '<rootDir>/test/unit/domain/*.test.ts'],
  testPathIgnorePatterns: ['host-time-zone'],
  moduleNameMapper: { ...unit.moduleNameMapper, '^mongoose$': '<rootDir>/test/stryker/quick-ids.ts' },
  setupFiles: ['<rootDir>/test/stryker/bounded-properties.ts'],
};
