import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { IdempotencyKeyReusedError } from '../domain/errors';
import type { IdempotencyClaim, IdempotencyRow, Outcome } from '../domain/idempotency';
import { fromIdempotencyRow, toIdempotencyRow, type IdempotencyDoc } from './idempotency.schema';
import { TenantCollection, type ReadScope } from './tenant-collection';
import type { Tx } from './unit-of-work';

/** Remembered outcomes, written in the effect's own transaction [J1]. */
@Injectable()
export class IdempotencyRepository {
  readonly #rows: TenantCollection<IdempotencyDoc>;

  constructor(@InjectConnection() connection: Connection) {
    this.#rows = new TenantCollection(connection, 'idempotency');
  }

  async findManyById(scope: ReadScope, ids: readonly string[]): Promise<IdempotencyRow[]> {
    return (await this.#rows.findByIds(scope, ids)).map(toIdempotencyRow);
  }

  async add(tx: Tx, rows: readonly IdempotencyRow[]): Promise<void> {
    await this.#rows.insert(
      tx,
      rows.map((row) => fromIdempotencyRow(tx.tenantId, row)),
    );
  }

  /**
   * The outcome this key already has; null when the effect is still to be made. Call it first in the transaction, and
   * `add` last: two at once conflict on the row, and the second, run again, finds it here.
   *
   * @throws IdempotencyKeyReusedError
   */
  async replay(scope: ReadScope, claim: IdempotencyClaim | null): Promise<Outcome | null> {
    if (claim === null) return null;
    const [row] = await this.findManyById(scope, [claim.id]);
    if (!row) return null;
    if (row.hash !== claim.hash) throw new IdempotencyKeyReusedError();
    return row.outcome;
  }
}
