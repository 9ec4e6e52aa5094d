import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { writeSecret } from './kept-secret';
import type { Logger } from './logger';
import { toMime } from './mail-mime';
import { MailTransport, type MailMessage, type MailSender } from './mail-transport';
import { newId } from './new-id';

/**
 * Writes mails into a folder, where a developer (or a program that forwards them) finds them: one `.eml` file each,
 * which appears complete or not at all. A mail that is sent once more replaces itself.
 */
export class FolderMailTransport extends MailTransport {
  readonly #composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(
    private readonly folder: string,
    private readonly from: MailSender,
    private readonly logger: Logger,
  ) {
    super();
  }

  async send(message: MailMessage): Promise<void> {
    const { message: composed } = await this.#composer.sendMail(toMime(message, this.from));
    if (!Buffer.isBuffer(composed)) throw new Error('a composed mail is a buffer');
    // Mails show secrets: a folder of its owner's.
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const name = `${createHash('sha256').update(message.id).digest('hex').slice(0, 32)}.eml`;
    const file = join(this.folder, name);
    const draft = join(this.folder, `.${name}.${newId()}`);
    try {
      await writeSecret(draft, composed);
      await rename(draft, file);
    } finally {
      await rm(draft, { force: true });
    }
    this.logger.info({ file, subject: message.subject }, 'a mail was written');
  }
}
