import type { Connection } from 'mongoose';
import type { RegisterCommand } from '../../src/domain/booking/commands';
import { confirmed } from '../../src/domain/booking/admission';
import type { Occurrence } from '../../src/domain/occurrence';
import { fromRegistration } from '../../src/store/registration.schema';
import { NOW } from './make';

/**
 * How booking is often written: look whether there is a seat and the time is free, then insert. The negative control of
 * the race tests: if they did not catch this, they would catch nothing. Never in `src`.
 */
export class NaiveBooking {
  constructor(
    private readonly connection: Connection,
    /** Waits until every competitor has looked: the race that happens by chance, forced. */
    private readonly barrier: () => Promise<void>,
  ) {}

  async register(command: RegisterCommand, occurrence: Occurrence): Promise<boolean> {
    const registrations = this.connection.collection('registrations');
    const registration = fromRegistration(confirmed(command, occurrence, NOW));
    const { tenantId, occurrenceId, holder, s, e } = registration;
    const taken = await registrations.countDocuments({ tenantId, occurrenceId, active: true });
    const meeting = await registrations.findOne({ tenantId, holder, active: true, s: { $lt: e }, e: { $gt: s } });
    await this.barrier();
    if (meeting !== null || (occurrence.capacity !== null && taken >= occurrence.capacity)) return false;
    await registrations.insertOne(registration);
    return true;
  }
}

/** Lets everybody go on once `count` have arrived. */
export function barrierFor(count: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    arrived += 1;
    if (arrived === count) open();
    return opened;
  };
}
