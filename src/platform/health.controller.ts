import { Controller, Get, Header, Res } from '@nestjs/common';
import { Readiness, type ReadinessReport } from './health';

/** The part of a response that is set here. */
interface Answer {
  status(code: number): unknown;
}

/** For orchestrators and load balancers; needs no sign-in and tells no more than names and yes or no. */
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Alive: the process answers. Asks nothing else, so that a database outage restarts nobody. */
  @Get('health')
  @Header('cache-control', 'no-store')
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 when requests can be served; 503, with what is missing, otherwise. */
  @Get('ready')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) answer: Answer): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    if (!report.ready) answer.status(503);
    return report;
  }
}
