import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream } from 'pino';
import type { LogLevel } from './env';
import { redact, redactText } from './redact';

/** JSON lines on stdout. Its own injection token, like the clock. Fields first: they are what a search filters by. */
export abstract class Logger {
  abstract debug(fields: object, message: string): void;
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  /** An error goes into the field `err`. */
  abstract error(fields: object, message: string): void;
}

/**
 * Secrets and e-mail addresses are taken out at any depth. Whoever writes a line that belongs to a request gives its id,
 * tenant and user: on Node 20 a value that follows each promise by itself makes every one of them dearer, a fifth of a read.
 *
 * @param destination stdout, synchronously: a line written before a crash is there
 */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      errorKey: 'err',
      // `redact` has made plain objects of errors already.
      serializers: { err: (redacted: unknown) => redacted },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          const [fields, message] = args as [unknown, unknown];
          method.apply(this, [fields, typeof message === 'string' ? redactText(message) : message] as typeof args);
        },
      },
    },
    destination,
  );
}

const asText = (message: unknown): string => (typeof message === 'string' ? message : JSON.stringify(redact(message)));

/** Nest's own messages through our logger. Nest passes the speaking class last, and a stack before it for errors. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  /** What Nest finds worth telling is how it puts itself together. */
  log(message: unknown, ...more: unknown[]): void {
    this.logger.debug(this.#fields(more), asText(message));
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.logger.warn(this.#fields(more), asText(message));
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.log(message, ...more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.log(message, ...more);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.error(message, ...more);
  }

  error(message: unknown, ...more: unknown[]): void {
    if (message instanceof Error) return this.logger.error({ ...this.#fields(more), err: message }, message.message);
    const [stack] = more.length > 1 ? more : [];
    this.logger.error({ ...this.#fields(more), ...(stack === undefined ? {} : { stack }) }, asText(message));
  }

  #fields(more: readonly unknown[]): { context?: string } {
    const context = more.at(-1);
    return typeof context === 'string' ? { context } : {};
  }
}
