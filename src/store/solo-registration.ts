import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, Types } from 'mongoose';
import { confirmed } from '../domain/booking/admission';
import type { RegisterCommand } from '../domain/booking/commands';
import { journalRow, outcomeOf } from '../domain/booking/decide';
import { bookedBy } from '../domain/booking/view';
import { bucketsOf } from '../domain/bucket';
import type { Occurrence } from '../domain/occurrence';
import type { Registration } from '../domain/registration';
import { bucketStatement } from './booking-statements';
import { IdempotencyRepository } from './idempotency.repository';
import { JournalRepository } from './journal.repository';
import { toOccurrence, type OccurrenceDoc } from './occurrence.schema';
import { fromRegistration, type RegistrationDoc } from './registration.schema';
import { type Statement, TenantCollection } from './tenant-collection';
import type { TimeLockDoc } from './time-lock.schema';
import type { Tx } from './unit-of-work';

/** Every condition of admission: where one does not hold, the statement matches nothing. */
function soloFilter({ occurrenceId, seats }: RegisterCommand, now: Date): Statement['filter'] {
  return {
    _id: new Types.ObjectId(occurrenceId),
    status: 'SCHEDULED',
    paused: { $exists: false },
    waitCount: 0,
    capacity: { $type: 'number' },
    seatsLeft: { $gte: seats },
    'rules.maxSeats': { $gte: seats },
    'rules.conflictPolicy': 'BLOCK',
    startsAt: { $gt: now },
    'rules.opensAt': { $lte: now },
    'rules.closesAt': { $gt: now },
  };
}

/**
 * The short cut for a registration that finds nobody else waiting: no loads, four or five writes whose filters carry
 * every rule; the first of them brings the occurrence's times along. Anything unexpected throws, and the caller takes
 * the normal path, which knows the reason.
 */
@Injectable()
export class SoloRegistration {
  readonly #occurrences: TenantCollection<OccurrenceDoc>;
  readonly #registrations: TenantCollection<RegistrationDoc>;
  readonly #timeLocks: TenantCollection<TimeLockDoc>;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly journal: JournalRepository,
    private readonly idempotency: IdempotencyRepository,
  ) {
    this.#occurrences = new TenantCollection(connection, 'occurrences');
    this.#registrations = new TenantCollection(connection, 'registrations');
    this.#timeLocks = new TenantCollection(connection, 'timeLocks');
  }

  async write(
    tx: Tx,
    command: RegisterCommand,
    now: Date,
  ): Promise<{ registration: Registration; occurrence: Occurrence }> {
    const { seats, idempotency } = command;
    const doc = await this.#occurrences.updateAndRead(tx, {
      filter: soloFilter(command, now),
      update: { $inc: { confirmedSeats: seats, seatsLeft: -seats, rev: 1 } },
    });
    const occurrence = toOccurrence(doc);
    const registration = confirmed(command, occurrence, now);
    const { holder } = registration;
    const add = [bookedBy(registration)];
    const buckets = bucketsOf(tx.tenantId, holder, registration);
    await this.#timeLocks.update(
      tx,
      buckets.map((bucket) => bucketStatement({ ...bucket, holder, remove: [], add, force: [] })),
    );
    await this.#registrations.insert(tx, [fromRegistration(registration)]);
    await this.journal.add(tx, [journalRow(command, registration, now)]);
    if (idempotency) await this.idempotency.add(tx, [{ ...idempotency, outcome: outcomeOf(registration) }]);
    return { registration, occurrence };
  }
}
