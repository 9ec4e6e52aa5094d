import { Injectable } from '@nestjs/common';
import type { UserId } from '../../domain/ids';
import type { Tx } from '../../store/unit-of-work';
import { RevokeCalendarFeed } from '../calendar/revoke-calendar-feed';
import { Sessions } from './session';

/** Everything by which somebody gets in ends together. Who is invited again signs in and subscribes anew. */
@Injectable()
export class EndAccess {
  constructor(
    private readonly sessions: Sessions,
    private readonly feeds: RevokeCalendarFeed,
  ) {}

  async of(tx: Tx, userId: UserId, at: Date): Promise<void> {
    await this.sessions.revokeAllOf(tx, userId);
    await this.feeds.revokeAllOf(tx, userId, at);
  }
}
