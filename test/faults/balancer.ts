import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from './services';

const PROBE_EVERY_MS = 100;

/** What stands in front of the processes: asks each how it is, and sends requests where the answer was yes. */
export class Balancer {
  readonly #up = new Set<ServiceProcess>();
  #turn = 0;
  #closed = false;
  #probes: Promise<unknown> = Promise.resolve();

  constructor(private readonly services: readonly ServiceProcess[]) {}

  start(): void {
    this.#closed = false;
    this.#probes = Promise.all(this.services.map((service) => this.watch(service)));
  }

  async stop(): Promise<void> {
    this.#closed = true;
    await this.#probes;
  }

  /** One that takes requests, in turn; when none does, one anyway: somebody has to hear that it is out of order. */
  next(): ServiceProcess {
    const up = this.services.filter((service) => this.#up.has(service));
    const among = up.length > 0 ? up : this.services;
    this.#turn += 1;
    return among[this.#turn % among.length] as ServiceProcess;
  }

  /** Another one than that, which took no connection. */
  insteadOf(service: ServiceProcess): ServiceProcess {
    this.#up.delete(service);
    const others = this.services.filter((one) => one !== service);
    return others.find((one) => this.#up.has(one)) ?? others[0] ?? service;
  }

  private async watch(service: ServiceProcess): Promise<void> {
    while (!this.#closed) {
      if ((await service.status('/ready')) === 200) this.#up.add(service);
      else this.#up.delete(service);
      await sleep(PROBE_EVERY_MS);
    }
  }
}
