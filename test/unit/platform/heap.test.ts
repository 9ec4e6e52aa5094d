import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../..');

/** What a process of its own says. */
function said(script: string): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', './test/support/ts-hook.cjs', '-e', script], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  return { stdout, stderr };
}

/** A version of V8 that does not know an option says so on stderr and goes on without it. */
test('the V8 of this Node knows the option that keeps the heap small', () => {
  const script = `require('./src/platform/heap.ts').keepHeapSmall(); process.stdout.write('done')`;
  expect(said(script)).toEqual({ stdout: 'done', stderr: '' });
});

test('what starting has left behind is collected, and nobody is handed the collector', () => {
  const script = `
    const { collectOnce } = require('./src/platform/heap.ts');
    const left = new WeakRef({});
    setImmediate(() => {
      collectOnce();
      process.stdout.write(JSON.stringify([left.deref() === undefined, typeof gc]));
    });`;
  expect(said(script)).toEqual({ stdout: '[true,"undefined"]', stderr: '' });
});
