import { openPool } from '../../bench/postgres/server';

const stopped = Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });

test('a server that is stopped while its clients are leaving is no fault', async () => {
  const pool = openPool({ max: 1 });
  await pool.end();
  expect(() => pool.emit('error', stopped)).not.toThrow();
});

test('a connection that is lost while the pool is in use is one', async () => {
  const pool = openPool({ max: 1 });
  expect(() => pool.emit('error', stopped)).toThrow(stopped);
  await pool.end();
});
