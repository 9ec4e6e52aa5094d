import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from './logger';
import type { Metrics } from './metrics';
import { blame } from './port-taken';

export interface MetricsSettings {
  readonly host: string;
  readonly port: number;
  /** Whether the service may go on without it: outside production, where a second service has the port already. */
  readonly optional: boolean;
}

/** `GET /metrics`, on a port of its own, which is not for the public: it tells how busy everybody is. */
export class MetricsServer {
  private constructor(private readonly server: Server | null) {}

  static none(): MetricsServer {
    return new MetricsServer(null);
  }

  static async listen(metrics: Metrics, settings: MetricsSettings, logger: Logger): Promise<MetricsServer> {
    const server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        (error: unknown) => {
          logger.error({ err: error }, 'the metrics could not be read');
          response.writeHead(500).end();
        },
      );
    });
    server.listen(settings.port, settings.host);
    try {
      await once(server, 'listening');
    } catch (error) {
      if (!settings.optional) blame('METRICS_PORT')(error);
      logger.warn({ err: error, port: settings.port }, 'no metrics: their port is taken');
      return new MetricsServer(null);
    }
    return new MetricsServer(server);
  }

  /** Where they are; null: nowhere. */
  get port(): number | null {
    const address = this.server?.address() as AddressInfo | null | undefined;
    return address?.port ?? null;
  }

  async stop(): Promise<void> {
    if (this.server === null) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
