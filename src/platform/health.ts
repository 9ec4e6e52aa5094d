/** One thing without which a request cannot be served. Its name is public. */
export interface ReadinessCheck {
  readonly name: string;
  /** False or a rejection: not ready. */
  check(): Promise<boolean>;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

/** A check that has not answered by then has failed; milliseconds. */
export const CHECK_TIMEOUT = 2_000;

/** Whether this process may be sent requests. Says no as soon as it is stopping, before it stops. */
export class Readiness {
  #stopping = false;

  constructor(private readonly checks: readonly ReadinessCheck[]) {}

  get stopping(): boolean {
    return this.#stopping;
  }

  stop(): void {
    this.#stopping = true;
  }

  async report(): Promise<ReadinessReport> {
    const results = await Promise.all(
      this.checks.map(async (one) => [one.name, (await passes(one)) ? 'ok' : 'failed'] as const),
    );
    const checks = Object.fromEntries([...results, ['running', this.#stopping ? 'failed' : 'ok'] as const]);
    return { ready: Object.values(checks).every((result) => result === 'ok'), checks };
  }
}

async function passes(one: ReadinessCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT, false);
  });
  try {
    return await Promise.race([one.check(), tooLate]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
