import { setTimeout as sleep } from 'node:timers/promises';
import { Types } from 'mongoose';
import { LATEST_MIGRATION } from '../../../src/store/migrations';
import type { JournalDoc } from '../../../src/store/journal.schema';
import { residentMiB } from '../../bench/machine';
import { BUBBLEWRAP, pathOf } from '../../support/programs';
import type { Fault } from '../fault';

const readOnly: Fault = {
  kind: 'F20',
  name: 'services on a read-only file system (bwrap --ro-bind)',
  expected: 'as without: in production they write nothing',
  needs: [BUBBLEWRAP],
  manner: () => ({
    under: [pathOf(BUBBLEWRAP), '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--die-with-parent'],
    env: { MAIL_DIR: '', SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'happening@example.org' },
  }),
  inject: async ({ holdMs, injected }) => {
    injected();
    await sleep(holdMs);
  },
};

const LIST =
  'query { occurrences(range: { next: { days: 366, timezone: "UTC" } }, first: 100) { edges { node { id name startsAt seatsTaken event { id name description } myRegistration { id } } } } }';
const READERS = 100;

const littleMemory: Fault = {
  kind: 'F21',
  name: `96 MiB of heap (--max-old-space-size), ${READERS} readers of long lists besides`,
  expected: 'answers, or ends and is started again; no corrupt state',
  manner: () => ({ nodeOptions: ['--max-old-space-size=96'] }),
  inject: async ({ lab, tenants, holdMs, injected, note }) => {
    const until = performance.now() + 2 * holdMs;
    const reader = async (turn: number): Promise<number> => {
      const service = lab.services[turn % 2 === 0 ? 0 : 1];
      const token = tenants[turn % tenants.length]?.organizer.token ?? '';
      let answered = 0;
      while (performance.now() < until) {
        const told = await service.client.post(JSON.stringify({ query: LIST }), token).catch(() => null);
        if (told?.status === 200) answered += 1;
        else await sleep(50);
      }
      return answered;
    };
    injected();
    const restarting = Promise.all(lab.services.map((service) => service.keepRunning(until)));
    const read = await Promise.all(Array.from({ length: READERS }, (_, turn) => reader(turn)));
    const restarts = (await restarting).reduce((sum, one) => sum + one, 0);
    note(`${read.reduce((sum, one) => sum + one, 0)} lists read`);
    note(`resident ${lab.services.map(({ pid }) => Math.round(residentMiB(pid))).join(' and ')} MiB`);
    note(`${restarts} restarts`);
  },
};

const AUDIT = 'query { auditLog(first: 20) { edges { node { type } } } }';

const skew: Fault = {
  kind: 'F24',
  name: 'a process that migrates and builds an index beside one that serves; a journal row of a version to come',
  expected: 'nobody trips over what is not known yet',
  inject: async ({ lab, tenants, injected, missed, holdMs }) => {
    const [, second] = lab.services;
    const [tenant] = tenants;
    if (tenant === undefined) throw new Error('there are tenants');
    await second.terminate();
    const journal = lab.database.collection<JournalDoc>('journal');
    await lab.database.collection<{ _id: number }>('migrations').deleteOne({ _id: LATEST_MIGRATION });
    await journal.dropIndex('tenantId_1_at_1__id_1');
    const _id = new Types.ObjectId();
    await journal.insertOne({
      ...{ _id, tenantId: new Types.ObjectId(tenant.tenantId), target: `user:${_id.toHexString()}`, version: 1 },
      ...{
        type: 'OF_A_VERSION_TO_COME' as JournalDoc['type'],
        actor: 's:faults',
        requestId: 'faults',
        p: {},
        at: new Date(),
      },
    });
    injected(3);
    await second.start();
    await second.untilReady();
    for (const { client, index } of lab.services) {
      const { text } = await client.post(JSON.stringify({ query: AUDIT }), tenant.organizer.token);
      if (text.includes('"errors"')) missed(`process ${index} cannot read the journal: ${text.slice(0, 200)}`);
    }
    const indexes = await journal.indexes();
    if (!indexes.some(({ name }) => name === 'tenantId_1_at_1__id_1')) missed('the index was not built');
    await sleep(holdMs);
    await journal.deleteOne({ _id });
  },
};

export const SURROUNDINGS_FAULTS = [readOnly, littleMemory, skew] as const;
