const { createEmptyTestResult } = require('@jest/test-result');
const { default: jestCircus } = require('jest-circus/runner');
const firstFailure = require('./first-failure.cjs');

/**
 * Stryker cannot tell Jest to bail out: after a first failure the other files are not even loaded. (By its name Stryker
 * knows that it is jest-circus which tells of the tests.)
 */
module.exports = async (...run) => {
  const [, , , , testFilePath] = run;
  if (firstFailure.seen) return { ...createEmptyTestResult(), testFilePath };
  return jestCircus(...run);
};
