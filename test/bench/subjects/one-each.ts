import { decide } from '../../../src/domain/booking/decide';
import { refused, type Answer } from '../../../src/domain/booking/commands';
import type { OccurrenceId } from '../../../src/domain/ids';
import { SystemClock } from '../../../src/platform/clock';
import { StaleStatementError } from '../../../src/store/tenant-collection';
import type { Tx } from '../../../src/store/unit-of-work';
import { makeEngine, type TestEngine } from '../../support/engine';
import { drive, toOutcome, type BookingRequest } from '../load';
import { Places } from '../places';
import { nothingToClose, type Subject } from './subject';
import { untilCommitted } from './until-committed';

/** Transactions at a time, of every subject that shares none. */
export const IN_FLIGHT = 16;

/**
 * T: one transaction per request, 16 in flight, retried with jitter: what sharing a transaction is worth. It writes the
 * statements of our short cut (every rule inside, no reading first). Once an occurrence is full, a single read says so. Anything else goes through load, decide and flush of one command.
 */
export const oneEachSubject: Subject = {
  name: 'T',
  about: `one transaction per request, ${IN_FLIGHT} in flight`,
  keeps: 'everything',
  open: async ({ connection }) => {
    const parts = makeEngine(connection, new SystemClock());
    const places = new Places(IN_FLIGHT);
    const full = new Set<OccurrenceId>();
    return {
      pids: [process.pid],
      transactions: parts.unitOfWork.stats,
      drive: (load) =>
        drive(load, async (request) => toOutcome(await places.within(() => register({ ...parts, full }, request)))),
      close: nothingToClose,
    };
  },
};

/** Occurrences that were full when last looked at: asking first is cheaper then. */
interface Full {
  readonly full: Set<OccurrenceId>;
}
type Parts = TestEngine & Full;

async function register(parts: Parts, request: BookingRequest): Promise<Answer> {
  const { solo, unitOfWork, full } = parts;
  const { scope, command } = request;
  if (full.has(command.occurrenceId)) return (await whenFull(parts, request)) ?? registerByTheBook(parts, request);
  const now = new SystemClock().now();
  try {
    const { registration } = await untilCommitted(() =>
      unitOfWork.tryOnce(scope, (tx) => solo.write(tx, command, now)),
    );
    return { kind: 'done', registration, changed: true };
  } catch (error) {
    if (!(error instanceof StaleStatementError)) throw error;
    return (await whenFull(parts, request)) ?? registerByTheBook(parts, request);
  }
}

/** The refusal where nothing is left; null: there is. */
export async function whenFull(
  { occurrences, full }: Pick<Parts, 'occurrences' | 'full'>,
  { scope, command }: BookingRequest,
): Promise<Answer | null> {
  const seatsLeft = (await occurrences.findById(scope, command.occurrenceId))?.seatsLeft ?? 0;
  if (seatsLeft >= command.seats) return null;
  full.add(command.occurrenceId);
  return refused({ code: 'OCCURRENCE_FULL', seatsLeft, nextWithSeats: null });
}

async function registerByTheBook(
  { booking, unitOfWork }: TestEngine,
  { scope, command }: BookingRequest,
): Promise<Answer> {
  const now = new SystemClock().now();
  const work = async (tx: Tx): Promise<Answer> => {
    const { answers, changes } = decide(await booking.load(tx, [command]), [command], now);
    await booking.flush(tx, changes);
    const [answer] = answers;
    if (!answer) throw new Error('one command was not judged');
    return answer;
  };
  return untilCommitted(() => unitOfWork.tryOnce(scope, work));
}
