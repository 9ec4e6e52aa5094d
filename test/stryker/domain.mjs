import { base } from './base.mjs';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  ...base('domain'),
  // A table of facts about the world's time zones is data, which no test can know better.
  mutate: ['src/domain/**/*.ts', '!src/domain/iana-zones.ts'],
};
