import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderMailTransport } from '../../../src/platform/mail-folder';
import { capturedLog } from '../../support/captured-log';
import { parseMail } from '../../support/smtp';

const from = { name: 'Happening', address: 'no-reply@happening.example' };
const message = { id: 'one', to: 'ada@example.com', subject: 'Your code', text: 'It is 123456.\n' };

let folder: string;
beforeEach(async () => (folder = join(await mkdtemp(join(tmpdir(), 'happening-mail-')), 'mail')));
afterEach(() => rm(join(folder, '..'), { recursive: true }));

describe('the mail folder', () => {
  it('has one readable file per mail, for its owner alone', async () => {
    const transport = new FolderMailTransport(folder, from, capturedLog().logger);
    await transport.send(message);
    await transport.send({ ...message, id: 'two' });
    const files = await readdir(folder);
    const raw = await readFile(join(folder, files[0]!), 'utf8');

    expect(files).toHaveLength(2);
    expect(files.every((name) => /^[0-9a-f]{32}\.eml$/.test(name))).toBe(true);
    expect(raw).toContain('It is 123456.');
    expect(await parseMail(raw)).toMatchObject({ to: [{ address: 'ada@example.com' }], subject: 'Your code' });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, files[0]!))).mode & 0o777).toBe(0o600);
  });

  it('has a mail once that is sent twice', async () => {
    const transport = new FolderMailTransport(folder, from, capturedLog().logger);
    await Promise.all([transport.send(message), transport.send(message)]);

    expect(await readdir(folder)).toHaveLength(1);
  });

  it('is told of in the log, and neither who it is to nor what it says', async () => {
    const log = capturedLog();
    await new FolderMailTransport(folder, from, log.logger).send(message);

    expect(log.parsed()).toMatchObject([{ message: 'a mail was written' }]);
    expect(log.parsed()[0]!['file']).toBe(join(folder, (await readdir(folder))[0]!));
    expect(log.lines.join()).not.toMatch(/ada|123456/);
  });
});
