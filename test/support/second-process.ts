import { dirname } from 'node:path';
import { loadEnv, type Source } from '../../src/platform/env';
import { type Service, startService } from '../../src/service';
import { type Answer, post } from './client';
import { SILENT } from './cache';
import type { TestService } from './service';

/** One more process of a service: the same database, environment and clock, a memory of its own. Call it at the top. */
export function secondProcess(first: TestService, environment: Source) {
  let running: Service | undefined;
  beforeAll(async () => {
    const { mongodbUri } = first.running;
    const env = {
      NODE_ENV: 'test',
      PORT: '0',
      MONGODB_URI: mongodbUri,
      DATA_DIR: dirname(first.mailDir),
      ...environment,
    };
    running = await startService(loadEnv(env), { clock: first.clock, logger: SILENT });
  });
  afterAll(() => running?.stop());
  return {
    get running(): Service {
      if (running === undefined) throw new Error('it runs from beforeAll to afterAll');
      return running;
    },
    ask<Data>(query: string, variables: object, token: string): Promise<Answer<Data>> {
      return post<Data>(this.running.url, { query, variables }, token);
    },
  };
}
