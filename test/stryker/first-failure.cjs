/** Whether a test has failed in this run: one is enough to kill a mutant. Shared by environment and sequencer. */
module.exports = { seen: false };
