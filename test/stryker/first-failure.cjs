/** Whether a test has failed in this run: one is enough to kill a mutant. Shared by sequencer, runner and environment. */
module.exports = { seen: false };
