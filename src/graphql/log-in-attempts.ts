import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RateLimits } from '../platform/rate-limits';
import type { CountGuess } from '../use-cases/people/accept-invitation';
import { clientOf } from './client';
import type { GraphqlContext } from './graphql-context';

/**
 * Guesses at an account's password, counted for one account from one address, by whichever mutation they come [J9]. An
 * account is not locked for its owner elsewhere by whoever guesses here, nor an address for everybody behind it by one of
 * them. Whether there is such an account, and whether the password would have been right, does not show in the answer.
 */
@Injectable()
export class LogInAttempts {
  constructor(private readonly limits: RateLimits) {}

  /**
   * Runs what compares a password. Not around the mutation, for one of them knows the account only on its way.
   *
   * @throws RateLimitedError from within `attempt`, where too many failed
   */
  async count<T>(context: Pick<GraphqlContext, 'req'>, attempt: (countGuess: CountGuess) => Promise<T>): Promise<T> {
    const taken = new Set<string>();
    const outcome = await attempt(async (emailKey) => {
      const key = `${fingerprint(emailKey)}:${clientOf(context)}`;
      // Paid beforehand: of many at once none is tried for free. A success pays back.
      await this.limits.take('logIn', key);
      taken.add(key);
    });
    for (const key of taken) await this.limits.forget('logIn', key);
    return outcome;
  }
}

/** Addresses of people do not stand in Redis. */
const fingerprint = (emailKey: string): string => createHash('sha256').update(emailKey).digest('base64url');
