const { createEmptyTestResult } = require('@jest/test-result');
const { default: jestCircus } = require('jest-circus/runner');
const firstFailure = require('./first-failure.cjs');

/** A file without a test is a fault in Jest's eyes, and would make of a killed mutant one that could not be run. */
const passedOver = (testFilePath) => {
  const title = 'not run: another test has failed';
  const told = {
    ancestorTitles: [],
    title,
    fullName: title,
    status: 'pending',
    failureMessages: [],
    failureDetails: [],
  };
  return {
    ...createEmptyTestResult(),
    testFilePath,
    numPendingTests: 1,
    testResults: [{ ...told, numPassingAsserts: 0 }],
  };
};

/**
 * Stryker cannot tell Jest to bail out: after a first failure the other files are not even loaded. (By its name Stryker
 * knows that it is jest-circus which tells of the tests.)
 */
module.exports = async (...run) => {
  const [, , , , testFilePath] = run;
  return firstFailure.seen ? passedOver(testFilePath) : jestCircus(...run);
};
