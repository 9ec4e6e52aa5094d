const { TestEnvironment } = require('jest-environment-node');
const firstFailure = require('./first-failure.cjs');

/** Passes the other tests of a file over once one has failed: where nobody is answered, each of them would wait for long. */
module.exports = class extends TestEnvironment {
  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) firstFailure.seen = true;
    if (name === 'test_start' && firstFailure.seen) test.mode = 'skip';
  }
};
