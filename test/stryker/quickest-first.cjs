const { default: Sequencer } = require('@jest/test-sequencer');
const firstFailure = require('./first-failure.cjs');

/** The tests that are done in a moment; the others ask by the hundred, or wait for a lock. */
const QUICK = ['test/unit/', 'booking/statements', 'booking/second-lock'];
const placeOf = ({ path }) => {
  const place = QUICK.findIndex((part) => path.includes(part));
  return place === -1 ? QUICK.length : place;
};

/** One run is one mutant: the quickest tests first, most of which leave nothing for the others to find. */
module.exports = class extends Sequencer {
  sort(tests) {
    firstFailure.seen = false;
    return [...tests].sort((a, b) => placeOf(a) - placeOf(b) || a.path.localeCompare(b.path));
  }
};
