// The tests that need a Keycloak: too slow, and too much to fetch, for every run.
const { projects } = require('../../jest.config.cjs');

const database = projects.find(({ displayName }) => displayName === 'database');

/** @type {import('jest').Config} */
module.exports = {
  ...database,
  rootDir: '../..',
  displayName: 'keycloak',
  testMatch: ['<rootDir>/test/keycloak/*.test.ts'],
};
