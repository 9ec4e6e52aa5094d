const { TestEnvironment } = require('jest-environment-node');
const firstFailure = require('./first-failure.cjs');

const testsOf = (block) => block.children.flatMap((child) => (child.type === 'test' ? [child] : testsOf(child)));
const skip = (test) => {
  test.mode = 'skip';
};

/** Stryker cannot tell Jest to bail out: after the first failure the other tests are passed over, with their hooks. */
module.exports = class extends TestEnvironment {
  handleTestEvent(event, state) {
    if (event.name === 'test_done' && event.test.errors.length > 0) firstFailure.seen = true;
    if (!firstFailure.seen) return;
    if (event.name === 'run_start') testsOf(state.rootDescribeBlock).forEach(skip);
    if (event.name === 'test_start') skip(event.test);
  }
};
