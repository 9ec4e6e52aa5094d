import type { JournalId, TenantId } from '../../../src/domain/ids';
import type { TenantScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import type { ClaimedRow } from '../../../src/store/journal.repository';
import { runMigrations } from '../../../src/store/migrations';
import { DueHandler, DueHandlers } from '../../../src/use-cases/jobs/due-handler';
import { DueWorker } from '../../../src/use-cases/jobs/due-worker';
import { SILENT } from '../../support/cache';
import { TestClock } from '../../support/clock';
import { testDatabase } from '../../support/mongo';
import { makeOrganizer } from '../../support/organizer';
import { storeOn } from '../../support/store';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));

/** Does nothing but note under whose scope it was called for whose row, and what it can reach with that. */
class Witness extends DueHandler {
  readonly types = ['EVENT_UPDATED'] as const;
  readonly seen: { readonly scope: TenantId; readonly row: TenantId; readonly reachesOthers: boolean }[] = [];

  constructor(private readonly others: (scope: TenantScope) => Promise<boolean>) {
    super();
  }

  async step(scope: TenantScope, claimed: ClaimedRow): Promise<'DONE'> {
    const { unitOfWork, journal } = storeOn(database.connection);
    this.seen.push({
      scope: scope.tenantId,
      row: claimed.row.tenantId,
      reachesOthers: await this.others(scope),
    });
    await unitOfWork.run(scope, (tx) => journal.finish(tx, claimed));
    return 'DONE';
  }
}

it('T11: work of many organizations is done each under a scope of its own, which reaches no other', async () => {
  const clock = new TestClock();
  const { unitOfWork, journal } = storeOn(database.connection);
  const scopes = Array.from({ length: 6 }, () => makeOrganizer());
  const rows = scopes.flatMap(({ tenantId }) =>
    Array.from({ length: 3 }, () => {
      const [id, now] = [newId<JournalId>(), clock.now()];
      const common = { type: 'EVENT_UPDATED', version: 1, actor: 'u:somebody', requestId: 'r', p: {} } as const;
      return { ...common, id, tenantId, target: `event:${id}`, at: now, due: now };
    }),
  );
  for (const scope of scopes) {
    const mine = rows.filter(({ tenantId }) => tenantId === scope.tenantId);
    await unitOfWork.run(scope, (tx) => journal.add(tx, mine));
  }
  const takesRowsOfOthers = async (scope: TenantScope): Promise<boolean> => {
    const foreign = rows.filter(({ tenantId }) => tenantId !== scope.tenantId);
    const taken = await unitOfWork.run(scope, async (tx) => {
      const answers = [];
      for (const { id, due } of foreign) answers.push(await journal.claim(tx, { id, due }, clock.now()));
      return answers;
    });
    return taken.some((row) => row !== null);
  };
  const witness = new Witness(takesRowsOfOthers);
  const worker = new DueWorker(unitOfWork, journal, new DueHandlers([witness]), clock, SILENT);
  while ((await worker.runDue()) > 0);

  expect(witness.seen).toHaveLength(rows.length);
  expect(witness.seen.filter(({ scope, row, reachesOthers }) => scope !== row || reachesOthers)).toEqual([]);
  expect(new Set(witness.seen.map(({ scope }) => scope)).size).toBe(scopes.length);
});

it('T11: work without a scope does not compile, and throws', async () => {
  const { events, unitOfWork } = storeOn(database.connection);
  // @ts-expect-error: nothing is read without a scope
  await expect(events.findManyById(undefined, [newId()])).rejects.toThrow(TypeError);
  const { tenantId } = makeOrganizer();
  // @ts-expect-error: a tenant id alone is no scope: only tenantScope() makes one
  const alone: Promise<unknown> = events.findManyById({ tenantId }, []);
  await expect(alone).resolves.toEqual([]);
  // @ts-expect-error: nothing is written without a scope
  await expect(unitOfWork.run(undefined, async (tx) => events.findManyById(tx, [newId()]))).rejects.toThrow();
});
