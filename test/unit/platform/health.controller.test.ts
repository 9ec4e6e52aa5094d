import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Readiness } from '../../../src/platform/health';
import { HealthController } from '../../../src/platform/health.controller';

describe('the health endpoints', () => {
  let app: INestApplication<Server>;
  let migrated = true;
  const readiness = new Readiness([{ name: 'migrations', check: async () => migrated }]);

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [HealthController],
      providers: [{ provide: Readiness, useValue: readiness }],
    }).compile();
    app = module.createNestApplication<INestApplication<Server>>({ logger: false });
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  const ask = async (path: string) => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return [answer.status, (await answer.json()) as unknown];
  };

  it('say ready while everything is there, and 503 with its name when something is missing', async () => {
    expect(await ask('/ready')).toEqual([200, { ready: true, checks: { migrations: 'ok', running: 'ok' } }]);
    migrated = false;
    expect(await ask('/ready')).toEqual([503, { ready: false, checks: { migrations: 'failed', running: 'ok' } }]);
    migrated = true;
  });

  it('say not ready but alive while the service is stopping', async () => {
    readiness.stop();

    expect(await ask('/ready')).toEqual([503, { ready: false, checks: { migrations: 'ok', running: 'failed' } }]);
    expect(await ask('/health')).toEqual([200, { status: 'ok' }]);
  });
});
