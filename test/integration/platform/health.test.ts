import mongoose from 'mongoose';
import { Readiness } from '../../../src/platform/health';
import { databaseIsWritable } from '../../../src/platform/mongo-health';
import { testDatabase } from '../../support/mongo';

describe('readiness', () => {
  const { connection } = testDatabase();

  it('is there when the database takes writes', async () => {
    const report = await new Readiness([databaseIsWritable(connection)]).report();

    expect(report).toEqual({ ready: true, checks: { database: 'ok', running: 'ok' } });
  });

  it('is not there when the database cannot be reached', async () => {
    const nowhere = mongoose.createConnection();
    await nowhere
      .openUri('mongodb://127.0.0.1:1/', { lazyConnection: true, serverSelectionTimeoutMS: 100 } as object)
      .catch(() => undefined);

    const report = await new Readiness([databaseIsWritable(nowhere)]).report();

    expect(report).toEqual({ ready: false, checks: { database: 'failed', running: 'ok' } });
    await nowhere.close();
  });

  it('is not there while a check, such as the migrations, says no or fails', async () => {
    const no = { name: 'migrations', check: async () => false };
    const broken = { name: 'broken', check: async () => Promise.reject(new Error('no')) };

    const report = await new Readiness([databaseIsWritable(connection), no, broken]).report();

    expect(report.checks).toEqual({ database: 'ok', migrations: 'failed', broken: 'failed', running: 'ok' });
    expect(report.ready).toBe(false);
  });

  it('ends as soon as the service is stopping, although everything else is well', async () => {
    const readiness = new Readiness([databaseIsWritable(connection)]);
    readiness.stop();

    expect(await readiness.report()).toEqual({ ready: false, checks: { database: 'ok', running: 'failed' } });
  });
});
