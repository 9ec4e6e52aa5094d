import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { concatMap, type Observable } from 'rxjs';
import { emailKey } from '../platform/email-key';
import { RateLimits } from '../platform/rate-limits';
import { clientOf } from './client';
import { contextOf } from './graphql-context';
import type { LogInInput } from './session.types';

/**
 * Failures to log in, counted for one account from one address [J9]. An account is not locked for its owner elsewhere by
 * whoever guesses here, nor an address for everybody behind it by one of them. Whether there is such an account, and
 * whether the password would have been right, does not show in the answer.
 */
@Injectable()
export class LogInAttempts implements NestInterceptor {
  constructor(private readonly limits: RateLimits) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { input } = GqlExecutionContext.create(context).getArgs<{ input: LogInInput }>();
    const key = `${fingerprint(input.email)}:${clientOf(contextOf(context))}`;
    // Paid beforehand: of many at once none is tried for free. A success pays back.
    await this.limits.take('logIn', key);
    return next.handle().pipe(
      concatMap(async (payload: unknown) => {
        await this.limits.forget('logIn', key);
        return payload;
      }),
    );
  }
}

/** Addresses of people do not stand in Redis. */
const fingerprint = (email: string): string =>
  createHash('sha256')
    .update(emailKey(email) ?? '')
    .digest('base64url');
