import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a number of the process is now, by label value; one without labels is under the empty one. */
export type Reading = () => number | Readonly<Record<string, number>> | Promise<number>;

export interface Observed {
  /** In Prometheus' way: `happening_<what>_<unit>`, a counter ends on `_total`. */
  readonly name: string;
  readonly help: string;
  /** The label that a reading's keys are values of. */
  readonly label?: string;
  readonly read: Reading;
}

const PREFIX = 'happening_';
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000];

/**
 * What this process counts of itself [A12]. Events are counted as they happen; whatever somebody else counts already is
 * read when it is asked for. Labels only take values of our own (codes, names from the schema): never a tenant, a
 * person, or a name that a client made up, each of which would be a series for ever.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #bookings = this.counter('bookings_total', 'Answers of the booking engine.', ['command', 'outcome']);
  readonly #batches = new Histogram({
    name: `${PREFIX}booking_batch_commands`,
    help: 'Commands that shared a transaction.',
    buckets: BATCH_SIZES,
    registers: [this.#registry],
  });
  readonly #operations = new Histogram({
    name: `${PREFIX}operation_duration_seconds`,
    help: 'Operations by root field: one of the schema, `several`, or `none` where the document was refused.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [this.#registry],
  });

  /** Memory, processor, event-loop lag, garbage collection: once in a process, for it starts to measure. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  booking(command: string, outcome: string): void {
    this.#bookings.inc({ command, outcome });
  }

  batch(commands: number): void {
    this.#batches.observe(commands);
  }

  operation(operation: string, outcome: 'ok' | 'error', seconds: number): void {
    this.#operations.observe({ operation, outcome }, seconds);
  }

  /** A number that goes up and down, read when it is asked for. */
  gauge({ name, help, label, read }: Observed): void {
    new Gauge({
      name: PREFIX + name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [this.#registry],
      async collect() {
        const readings = await readingsOf(read);
        this.reset();
        // One without labels is 0 then, which would be a reading.
        if (label === undefined) this.remove();
        for (const [value, number] of readings) {
          if (label === undefined) this.set(number);
          else this.set({ [label]: value }, number);
        }
      },
    });
  }

  /** A number that only grows, counted by somebody else and read when it is asked for. */
  total({ name, help, label, read }: Observed): void {
    new Counter({
      name: PREFIX + name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [this.#registry],
      async collect() {
        const readings = await readingsOf(read);
        this.reset();
        for (const [value, number] of readings) {
          if (label === undefined) this.inc(number);
          else this.inc({ [label]: value }, number);
        }
      },
    });
  }

  /** Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }
}

/**
 * What cannot be read now (the database is away) is left out, so that the rest still tells how things are, and nothing how
 * they were.
 */
async function readingsOf(read: Reading): Promise<readonly (readonly [string, number])[]> {
  try {
    const reading = await read();
    return typeof reading === 'number' ? [['', reading]] : Object.entries(reading);
  } catch {
    return [];
  }
}
