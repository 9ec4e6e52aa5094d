import { SENSITIVE_MUTATIONS } from '../../../src/graphql/rate-limit.guard';
import { schema } from '../../support/wire';

describe('the mutations that are paid at each execution', () => {
  it('are there under the names that the limiter knows', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    expect([...SENSITIVE_MUTATIONS].filter((name) => !mutations.includes(name))).toEqual([]);
  });
});
