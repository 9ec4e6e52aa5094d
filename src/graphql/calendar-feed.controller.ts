import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import type { CalendarFeed } from '../domain/calendar-feed';
import { NotFoundError, RateLimitedError } from '../domain/errors';
import { Logger } from '../platform/logger';
import { RateLimits } from '../platform/rate-limits';
import { requestIdOf } from '../platform/request-id';
import { FindCalendarFeed, type ReadableFeed } from '../use-cases/calendar/find-calendar-feed';
import { ReadCalendarFeed } from '../use-cases/calendar/read-calendar-feed';
import { clientOf } from './client';
import { answerError, answerRateLimited } from './transport';

/** Where feeds are: calendar programs can neither sign in nor speak GraphQL. */
const FEEDS_PATH = 'ical';
const SUFFIX = '.ics';

/** The address of a feed, on the host that it was asked for on. */
export const feedUrl = ({ protocol, host }: Pick<Request, 'protocol' | 'host'>, token: string): string =>
  `${protocol}://${host}/${FEEDS_PATH}/${token}${SUFFIX}`;

/** How long a program may show what it has without asking, seconds. */
const MAX_AGE = 300;

/**
 * Whether `If-None-Match` names what would be sent. Not left to Express: a client that also says `no-cache`, as `fetch`
 * does, asks this server and no cache, and means the condition none the less (RFC 9110, 13.1.2).
 */
const isKnown = (etag: string, header = ''): boolean =>
  header.split(',').some((one) => [etag, `W/${etag}`, '*'].includes(one.trim()));

/** The secret in the path is all the credentials there are [K6]; `AuthGuard` lets plain HTTP pass. */
@Controller(FEEDS_PATH)
export class CalendarFeedController {
  constructor(
    private readonly finding: FindCalendarFeed,
    private readonly reading: ReadCalendarFeed,
    private readonly limits: RateLimits,
    private readonly logger: Logger,
  ) {}

  /** Answers HEAD as well: Express sends all but the body. */
  @Get(':file')
  async read(@Param('file') file: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    try {
      const found = await this.find(file, request);
      if (found === null) return this.answerNone(response);
      const text = await this.reading.execute(found);
      this.answer({ feed: found.feed, text }, request, response);
    } catch (error) {
      if (!(error instanceof RateLimitedError)) throw error;
      answerRateLimited(response, error);
    }
  }

  /** Before anything is read for it. @throws RateLimitedError for whoever tries many addresses, and a feed read too often */
  private async find(file: string, request: Request): Promise<ReadableFeed | null> {
    const client = clientOf({ req: request });
    const token = file.endsWith(SUFFIX) ? file.slice(0, -SUFFIX.length) : '';
    const found = await this.finding.execute(token, requestIdOf(request));
    // Programs of one provider read thousands of feeds from few addresses: those that exist are counted one by one.
    await this.limits.take('sensitive', found === null ? `feed:${client}` : `feed:${found.feed.id}`);
    return found;
  }

  private answer(
    { feed, text }: { readonly feed: CalendarFeed; readonly text: string },
    request: Request,
    response: Response,
  ): void {
    const { id, kind, tenantId, userId } = feed;
    this.logger.info({ requestId: requestIdOf(request), tenantId, userId, feed: id, kind }, 'calendar feed');
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    response.set({ etag, 'cache-control': `private, max-age=${MAX_AGE}`, 'x-robots-tag': 'noindex' });
    if (isKnown(etag, request.headers['if-none-match'])) {
      response.status(304).end();
      return;
    }
    response.set({
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'attachment; filename="calendar.ics"',
    });
    response.status(200).send(text);
  }

  /** The same for every token that is of no use, in the shape of every other error. */
  private answerNone(response: Response): void {
    const { code, message } = new NotFoundError('calendar');
    response.set('cache-control', 'no-store');
    answerError(response, 404, { code, message });
  }
}
