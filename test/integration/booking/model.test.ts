import fc from 'fast-check';
import { Types } from 'mongoose';
import type { RegisterCommand } from '../../../src/domain/booking/commands';
import { decideEdit } from '../../../src/domain/booking/decide-edit';
import type { EditDecision, OccurrenceEdit } from '../../../src/domain/booking/edit';
import type { OccurrenceId, TenantId } from '../../../src/domain/ids';
import type { Interval } from '../../../src/domain/interval';
import type { Occurrence } from '../../../src/domain/occurrence';
import type { TenantScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import { runMigrations } from '../../../src/store/migrations';
import type { OccurrenceDoc } from '../../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../../src/store/registration.schema';
import { publish, untilTold } from '../../support/booking-client';
import { BookingModel, verdictOf } from '../../support/booking-model';
import {
  capacity,
  commandOf,
  occurrenceShape,
  operation,
  pick,
  place,
  shapedOccurrence,
  times,
  type Operation,
} from '../../support/booking-operations';
import { TestClock } from '../../support/clock';
import { makeEngine, type TestEngine } from '../../support/engine';
import { brokenInvariants } from '../../support/invariants';
import { makeScope } from '../../support/make';
import { testDatabase } from '../../support/mongo';

jest.setTimeout(120_000);

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));

type Edit =
  | { readonly type: 'capacity'; readonly occurrence: number; readonly capacity: number | null }
  | { readonly type: 'move'; readonly occurrence: number; readonly to: Interval }
  | { readonly type: 'call off'; readonly occurrence: number };
type Step = { readonly tenant: number } & (Operation | Edit);

/** What is asked for at one moment, in this order, at one of two engines; before it, some time passes. */
interface Moment {
  readonly hoursBefore: number;
  readonly engine: number;
  readonly steps: readonly Step[];
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('capacity' as const), occurrence: place, capacity }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('move' as const), occurrence: place, to: times }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('call off' as const), occurrence: place }) },
);
const step: fc.Arbitrary<Step> = fc
  .tuple(fc.nat({ max: 1 }), fc.oneof({ weight: 4, arbitrary: operation }, { weight: 1, arbitrary: edit }))
  .map(([tenant, what]) => ({ tenant, ...what }));
const moment: fc.Arbitrary<Moment> = fc.record({
  hoursBefore: fc.constantFrom(...Array<number>(15).fill(0), 115),
  engine: fc.nat({ max: 1 }),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
});

/** One tenant's side of a run. */
interface Side {
  readonly scope: TenantScope;
  readonly occurrences: readonly Occurrence[];
  readonly model: BookingModel;
  readonly made: RegisterCommand[];
}

function newSide(shapes: readonly Parameters<typeof shapedOccurrence>[1][]): Side {
  const tenantId = newId<TenantId>();
  const occurrences = shapes.map((shape) => shapedOccurrence(tenantId, shape));
  return { scope: makeScope(tenantId), occurrences, model: new BookingModel(occurrences), made: [] };
}

/** Asks the engine at once, and gives back how to check the answer: in the order of asking, once all are there. */
function ask(engine: TestEngine, side: Side, what: Step, now: Date): Promise<() => void> {
  if (what.type === 'capacity' || what.type === 'move' || what.type === 'call off') {
    const occurrence = pick(side.occurrences, what.occurrence);
    if (!occurrence) throw new Error('a world without occurrences');
    return askEdit(engine, side, { id: occurrence.id, what, now });
  }
  const { tenantId } = side.scope;
  const command = commandOf(what, { tenantId, occurrences: side.occurrences, made: [...side.made] });
  if (!command) return Promise.resolve(() => undefined);
  return untilTold(engine.engine, side.scope, command).then((answer) => () => {
    expect(side.model.submit(command, now)).toContain(verdictOf(answer));
    if (answer.kind === 'done' && command.kind === 'register') side.made.push(command);
  });
}

async function askEdit(
  engine: TestEngine,
  { scope, model }: Side,
  { id, what, now }: { id: OccurrenceId; what: Edit; now: Date },
): Promise<() => void> {
  const decision = await submitEdit(engine, scope, { id, set: fieldsOf(what) }, now);
  return () => {
    if (what.type === 'capacity') {
      const minimum = model.setCapacity(id, what.capacity);
      const no = { refusal: { code: 'CAPACITY_BELOW_TAKEN', minimum } };
      expect(decision).toMatchObject(minimum === null ? { kind: 'accepted' } : no);
    } else if (what.type === 'move') {
      expect(conflictsOf(decision)).toEqual(model.move(id, what.to));
    } else {
      expect(decision).toMatchObject({ kind: 'accepted', registrationsCancelled: model.cancelOccurrence(id) });
    }
  };
}

function fieldsOf(what: Edit): OccurrenceEdit['set'] {
  if (what.type === 'capacity') return { capacity: what.capacity };
  return what.type === 'move' ? { startsAt: what.to.startsAt, endsAt: what.to.endsAt } : { status: 'CANCELLED' };
}

/** As the use cases of organizers do it: load, decide, flush in one transaction that runs alone. */
function submitEdit(
  { engine, booking }: TestEngine,
  scope: TenantScope,
  occurrence: OccurrenceEdit,
  now: Date,
): Promise<EditDecision> {
  return engine.submitEdit(scope, async (tx) => {
    const view = await booking.loadEdit(tx, [occurrence]);
    const common = { tenantId: scope.tenantId, actor: 'u:organizer', requestId: 'test', event: null } as const;
    const whole = { ...common, occurrences: [occurrence], create: [], onConflict: 'REJECT', journal: [] } as const;
    const decision = decideEdit(view, whole, { now, newJournalId: newId });
    if (decision.kind === 'accepted') await booking.flush(tx, decision.changes);
    return decision;
  });
}

function conflictsOf(decision: EditDecision): string[] {
  if (decision.kind === 'accepted') return [];
  if (decision.refusal.code !== 'MOVE_CONFLICTS') throw new Error(`refused: ${decision.refusal.code}`);
  return decision.refusal.conflicts.map(({ registrationId }) => registrationId).sort();
}

/** The whole state of one tenant as lines: I7 nothing acknowledged is lost, I8 nothing is there that nobody asked for. */
async function storedState(tenantId: TenantId): Promise<string[]> {
  const part = { tenantId: new Types.ObjectId(tenantId) };
  const read = async <Doc>(name: string): Promise<Doc[]> =>
    (await database.connection.collection(name).find(part).toArray()) as unknown as Doc[];
  const occurrences = await read<OccurrenceDoc>('occurrences');
  const registrations = await read<RegistrationDoc>('registrations');
  return [
    ...occurrences.map(({ _id, capacity, confirmedSeats, status, startsAt, endsAt }) =>
      occurrenceLine(_id.toHexString(), { capacity, status, startsAt, endsAt }, confirmedSeats),
    ),
    ...registrations.map(
      ({ _id, holder, seats, active }) => `${_id.toHexString()} ${holder} ${seats} ${active ?? false}`,
    ),
  ].sort();
}

const modelState = (model: BookingModel): string[] =>
  [
    ...[...model.occurrences.values()].map((one) => occurrenceLine(one.id, one, model.taken(one.id))),
    ...[...model.registrations].map(([id, { holder, seats, active }]) => `${id} ${holder} ${seats} ${active}`),
  ].sort();

const occurrenceLine = (
  id: string,
  { capacity, status, startsAt, endsAt }: Pick<Occurrence, 'capacity' | 'status' | 'startsAt' | 'endsAt'>,
  taken: number,
): string => `${id} ${capacity} ${taken} ${status} ${startsAt.toISOString()} ${endsAt.toISOString()}`;

test('whatever people and organizers do, in any order: the service answers and ends as a list on paper would', async () => {
  const shapes = fc.array(occurrenceShape, { minLength: 2, maxLength: 4 });
  const moments = fc.array(moment, { minLength: 1, maxLength: 16, size: 'max' });
  await fc.assert(
    fc.asyncProperty(fc.tuple(shapes, shapes), moments, async (worlds, happening) => {
      const clock = new TestClock();
      const engines = [makeEngine(database.connection, clock), makeEngine(database.connection, clock)];
      const sides = worlds.map(newSide);
      await publish(
        database.connection,
        sides.flatMap(({ occurrences }) => occurrences),
      );
      const everybody = { tenantId: { $in: sides.map(({ scope }) => new Types.ObjectId(scope.tenantId)) } };
      for (const { hoursBefore, engine: at, steps } of happening) {
        clock.advance(hoursBefore * 3_600_000);
        const asked = steps.map((what) => {
          const [engine, side] = [pick(engines, at), pick(sides, what.tenant)];
          if (!engine || !side) throw new Error('two engines, two tenants');
          return ask(engine, side, what, clock.now());
        });
        for (const check of await Promise.all(asked)) check();
        for (const { scope, model } of sides) expect(await storedState(scope.tenantId)).toEqual(modelState(model));
        expect(await brokenInvariants(database.connection, everybody)).toEqual([]);
      }
      expect(engines.flatMap(({ alarms }) => alarms)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
