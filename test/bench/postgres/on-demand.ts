import { HOW_TO_GET_IT, postgresFolder } from './binaries';
import { startPostgres, type Postgres } from './server';

/** The one PostgreSQL of a run, started when first asked for. */
export class PostgresOnDemand {
  #started: Promise<Postgres | null> | null = null;

  constructor(private readonly onDisk: boolean) {}

  readonly get = (): Promise<Postgres | null> => (this.#started ??= this.start());

  /** For the report: what it was, or why it is not in it. Null: nobody asked. */
  async about(): Promise<string | null> {
    if (this.#started === null) return null;
    return (await this.#started)?.about ?? `none here, so P1 and P2 are left out. ${HOW_TO_GET_IT}`;
  }

  async stop(): Promise<void> {
    await (await this.#started)?.stop();
  }

  private async start(): Promise<Postgres | null> {
    const programs = postgresFolder();
    if (programs !== null) return startPostgres(programs, this.onDisk);
    process.stderr.write(`There is no PostgreSQL: P1 and P2 are left out. ${HOW_TO_GET_IT}\n`);
    return null;
  }
}
