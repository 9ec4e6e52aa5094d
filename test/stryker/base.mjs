/**
 * What both parts of mutation testing share. One mutant at a time, each against the tests that reach it and no others.
 * Static mutants (code that runs once, when a file is loaded) would need every test each; `ignoreStatic` leaves them out.
 *
 * @param {'domain' | 'booking'} part
 * @returns {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export const base = (part) => ({
  testRunner: 'jest',
  jest: { configFile: `test/stryker/jest.${part}.cjs`, enableFindRelatedTests: true },
  plugins: ['@stryker-mutator/jest-runner', './test/stryker/messages.mjs'],
  ignorers: ['messages'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  incremental: true,
  incrementalFile: `build/stryker/${part}-incremental.json`,
  jsonReporter: { fileName: `build/stryker/${part}.json` },
  reporters: ['json', 'clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: 'build/stryker/sandbox',
  ignorePatterns: ['build', 'dist', 'coverage', '.data', 'web', 'operations'],
  disableTypeChecks: false,
  // A machine that is busy with other things makes no mutant look as if it hung.
  timeoutMS: 60_000,
});
