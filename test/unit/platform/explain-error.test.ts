import { explainError } from '../../../src/platform/explain-error';

describe('the last words of a process that cannot start', () => {
  it('are those of the system about a file, without a stack', () => {
    const missing = new Error("ENOENT: no such file or directory, open '/nowhere/at/all'");
    expect(explainError(Object.assign(missing, { code: 'ENOENT', syscall: 'open' }))).toBe(missing.message);
  });

  it('name the command that the user of the database may not run, and not what it would have written', () => {
    const text = 'not authorized on happening to execute command { collMod: "users", validator: { a: "private" } }';
    const refused = Object.assign(new Error(text), { code: 13, codeName: 'Unauthorized' });
    expect(explainError(refused)).toBe(
      'MongoDB does not let the user of MONGODB_URI do what the service does (docs/operations.md names the roles): ' +
        'not authorized on happening to execute command { collMod … }',
    );
  });

  it('have the stack where the fault is ours', () => {
    expect(explainError(new TypeError('a fault of ours'))).toMatch(/^TypeError: a fault of ours\n {4}at /);
  });
});
