import type { JournalType } from '../../domain/journal';
import type { TenantScope } from '../../domain/scope';
import type { ClaimedRow } from '../../store/journal.repository';

/** Knows what the journal's due rows of some types leave to do. Whoever writes such a row adds its handler to the list. */
export abstract class DueHandler {
  abstract readonly types: readonly JournalType[];

  /**
   * One transaction of a row's work, under the row's own tenant. The last one finishes the row itself
   * (`JournalRepository.finish`), together with the work, so that neither is there without the other. It may be called
   * again after any failure: what was committed before has to be recognised.
   *
   * @returns MORE: call again, now or after others had their turn
   */
  abstract step(scope: TenantScope, claimed: ClaimedRow): Promise<'DONE' | 'MORE'>;
}

/** Every handler there is, in no order: each has its own lane in the worker. No type has two. */
export class DueHandlers {
  constructor(readonly all: readonly DueHandler[]) {
    const types = this.types;
    if (new Set(types).size < types.length) throw new Error('two handlers for one type of due row');
  }

  get types(): readonly JournalType[] {
    return this.all.flatMap(({ types }) => types);
  }
}
