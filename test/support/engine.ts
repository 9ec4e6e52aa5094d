import type { Connection } from 'mongoose';
import type { Clock } from '../../src/platform/clock';
import type { Logger } from '../../src/platform/logger';
import { Metrics } from '../../src/platform/metrics';
import type { BookingRepository } from '../../src/store/booking.repository';
import type { OccurrenceRepository } from '../../src/store/occurrence.repository';
import { SoloRegistration } from '../../src/store/solo-registration';
import type { UnitOfWork } from '../../src/store/unit-of-work';
import { BookingBatch } from '../../src/use-cases/booking-batch';
import { BookingEngine } from '../../src/use-cases/booking-engine';
import { storeOn } from './store';

export interface TestEngine {
  readonly engine: BookingEngine;
  readonly batch: BookingBatch;
  readonly unitOfWork: UnitOfWork;
  readonly booking: BookingRepository;
  readonly solo: SoloRegistration;
  readonly occurrences: OccurrenceRepository;
  /** What was logged as an error: an alarm that a test has not provoked is a fault. */
  readonly alarms: object[];
}

/** The real engine on a real database, put together by hand: as a second process would, when called twice. */
export function makeEngine(connection: Connection, clock: Clock): TestEngine {
  const alarms: object[] = [];
  const quiet = (): void => undefined;
  const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error: (fields) => void alarms.push(fields) };
  const { unitOfWork, booking, journal, idempotency, occurrences } = storeOn(connection);
  const solo = new SoloRegistration(connection, journal, idempotency);
  const batch = new BookingBatch(unitOfWork, booking, solo, clock, logger);
  return {
    engine: new BookingEngine(batch, unitOfWork, occurrences, new Metrics()),
    batch,
    unitOfWork,
    booking,
    solo,
    occurrences,
    alarms,
  };
}
