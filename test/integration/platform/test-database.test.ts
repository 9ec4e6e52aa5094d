import { testDatabase } from '../../support/mongo';

describe('a test database', () => {
  const { connection, uri } = testDatabase();

  it('commits a transaction: it is a replica set', async () => {
    const rows = connection.collection('rows');
    await connection.withSession((session) =>
      session.withTransaction(async () => {
        await rows.insertOne({ n: 1 }, { session });
      }),
    );

    expect(await rows.countDocuments()).toBe(1);
    expect(uri).toContain(connection.name);
  });

  it('takes fail points, so that faults can be injected', async () => {
    const admin = connection.getClient().db('admin');
    await admin.command({
      configureFailPoint: 'failCommand',
      mode: { times: 1 },
      data: { failCommands: ['find'], errorCode: 2, appName: 'happening' },
    });

    await expect(connection.collection('rows').findOne({})).rejects.toMatchObject({ code: 2 });
  });
});
