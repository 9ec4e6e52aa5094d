import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../..');

/** A version of V8 that does not know an option says so on stderr and goes on without it. */
test('the V8 of this Node knows the option that keeps the heap small', () => {
  const script = `require('./src/platform/heap.ts').keepHeapSmall(); process.stdout.write('done')`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', './test/support/ts-hook.cjs', '-e', script], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({ stdout: 'done', stderr: '' });
});
