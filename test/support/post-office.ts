import type { Connection } from 'mongoose';
import { randomBytes } from 'node:crypto';
import type { JournalId, TenantId } from '../../src/domain/ids';
import type { JournalRow } from '../../src/domain/journal';
import { tenantScope } from '../../src/domain/scope';
import { MailFailedError, type MailMessage, MailTransport } from '../../src/platform/mail-transport';
import { newId } from '../../src/platform/new-id';
import { parseSecretsKeys, SecretBox } from '../../src/platform/secret-box';
import { DeliveryWorker } from '../../src/use-cases/delivery/delivery-worker';
import { MailDispatch } from '../../src/use-cases/delivery/mail-dispatch';
import { MailOutbox } from '../../src/use-cases/delivery/mail-outbox';
import { ReleaseMails } from '../../src/use-cases/delivery/release-mails';
import { DueHandlers } from '../../src/use-cases/jobs/due-handler';
import { DueWorker } from '../../src/use-cases/jobs/due-worker';
import { capturedLog } from './captured-log';
import type { TestClock } from './clock';
import { storeOn } from './store';

/** What one attempt comes to; `crash`: the mail went out, and the process died before it could say so. */
export type Attempt = 'sent' | 'crash' | MailFailedError;

/** Takes mails as the test says, and remembers each that went out. */
class Postman extends MailTransport {
  readonly delivered: MailMessage[] = [];
  readonly tried: MailMessage[] = [];
  answer: (message: MailMessage) => Attempt | Promise<Attempt> = () => 'sent';

  async send(message: MailMessage): Promise<void> {
    this.tried.push(message);
    const attempt = await this.answer(message);
    if (attempt instanceof MailFailedError) throw attempt;
    this.delivered.push(message);
    if (attempt === 'crash') throw new Error('the process died');
  }
}

export const SECRETS_KEY = randomBytes(32).toString('base64');

/** All that a mail goes through, put together by hand on a real database; called twice: two processes. */
export function postOfficeOn(connection: Connection, clock: TestClock, postman = new Postman()) {
  const store = storeOn(connection);
  const { unitOfWork, deliveries, journal, organizations } = store;
  const log = capturedLog();
  const { logger, lines } = log;
  const box = new SecretBox(parseSecretsKeys(SECRETS_KEY));
  const outbox = new MailOutbox(deliveries, box);
  const dispatch = new MailDispatch(organizations, box, postman);
  const worker = new DeliveryWorker(unitOfWork, deliveries, dispatch, clock, logger);
  const release = new ReleaseMails(unitOfWork, deliveries, journal, worker, clock);
  const dueWorker = new DueWorker(unitOfWork, journal, new DueHandlers([release]), clock, logger);
  return {
    ...{ store, outbox, worker, release, dueWorker, postman, lines },
    /** Lines at `error` with an alarm. */
    alarms: () => log.parsed().filter(({ alarm }) => alarm !== undefined),
    /** Commits a change that somebody is written to about. */
    write: async ({ to = 'ada@example.com', tenantId = newId<TenantId>(), minutes = 10 } = {}): Promise<JournalRow> => {
      const now = clock.now();
      const scope = tenantScope(tenantId, { kind: 'system', name: 'test' }, 'test-request');
      const row: JournalRow = {
        ...{ id: newId<JournalId>(), tenantId, type: 'EMAIL_CODE_REQUESTED', target: `email:${newId()}`, version: 1 },
        ...{ actor: 's:test', requestId: 'test-request', p: {}, at: now, due: now },
      };
      const expiresAt = new Date(now.getTime() + minutes * 60_000);
      await unitOfWork.run(scope, async (tx) => {
        await journal.add(tx, [row]);
        await outbox.add(tx, { row, to, kind: 'EMAIL_CODE', secret: SECRET, expiresAt });
      });
      return row;
    },
  };
}

export type PostOffice = ReturnType<typeof postOfficeOn>;
export const SECRET = '271828';
