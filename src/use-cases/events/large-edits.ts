import { Injectable } from '@nestjs/common';
import type { Outcome } from '../../domain/idempotency';
import type { EventId, OccurrenceId } from '../../domain/ids';
import type { TenantScope } from '../../domain/scope';
import type { ClaimedRow } from '../../store/journal.repository';
import type { Tx } from '../../store/unit-of-work';
import { BegunEdits } from './begun-edits';
import { EditOnce, type KeyedEdit } from '../edit-once';

/** Thrown inside the transaction of an edit that concerns more registrations than one transaction takes. */
export class TooLargeError extends Error {
  constructor(
    readonly eventId: EventId,
    readonly dates: readonly OccurrenceId[],
  ) {
    super('this edit is too large for one transaction');
    this.name = 'TooLargeError';
  }
}

/** `begun`: the row of an edit that has been announced, and may be large; null: at the first attempt. */
type Work = (tx: Tx, begun: ClaimedRow | null) => Promise<Outcome>;

/**
 * Moves of any size. Most fit into one transaction. One that does not (`TooLargeError`) is announced, judged with
 * everything standing still, and accepted in one transaction too; the registrations follow by a due row
 * (`booking-engine.md` §2.3).
 */
@Injectable()
export class LargeEdits {
  constructor(
    private readonly once: EditOnce,
    private readonly begun: BegunEdits,
  ) {}

  async edit(scope: TenantScope, keyed: KeyedEdit, work: Work): Promise<Outcome> {
    try {
      return await this.once.edit(scope, keyed, (tx) => work(tx, null));
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
      return this.large(scope, keyed, { work, begun: await this.begun.begin(scope, error) });
    }
  }

  private async large(
    scope: TenantScope,
    keyed: KeyedEdit,
    { work, begun }: { readonly work: Work; readonly begun: ClaimedRow },
  ): Promise<Outcome> {
    try {
      return await this.once.edit(scope, keyed, (tx) => work(tx, begun));
    } finally {
      // Refused, failed, or nothing left to do; an accepted edit has ended it. Where this fails as well, the worker
      // does it when the row's lease ends.
      await this.begun.abandon(scope, begun).catch(() => undefined);
    }
  }
}
