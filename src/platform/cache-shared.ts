import { randomBytes } from 'node:crypto';
import type { ChainableCommander } from 'ioredis';
import type { RedisLink } from './redis';

/** Longer texts are neither stored nor taken, characters. */
export const LONGEST_TEXT = 65_536;
/** Generations outlive the values read under them. One that is lost makes those values misses. */
const GENERATION_TTL = 86_400_000;
const CHANNEL = 'happening:changed';
const GENERATION = /^[\w-]{16}$/;
const MISS = { texts: [], generation: null } as const;

/** What Redis holds of the values asked for; where nothing, `null`, or nothing at all. */
export interface SharedAnswer {
  readonly texts: readonly (string | null | undefined)[];
  /** What values read from the database from now on may be stored under; null: they may not. */
  readonly generation: string | null;
}

export interface Storing {
  /** By key. */
  readonly texts: ReadonlyMap<string, string>;
  readonly generation: string;
  readonly ttlMs: number;
}

/**
 * Texts in Redis, each valid under one generation: a random word per tenant and noun, at a key of its own. A change
 * deletes the generation; with it everything stored under it is out, and so is whatever a reader stores later that read
 * the database before the change: it names the old generation, and a random word does not come back.
 *
 * A deletion that fails is owed: until it is paid, this process takes nothing of that generation from Redis.
 */
export class SharedCache {
  /** Generation keys to be deleted, with the change that wants it last: a later change is not paid by an earlier one. */
  readonly #owed = new Map<string, symbol>();
  #paying: Promise<void> | undefined;

  /** @param onChange told of the generation key of every change elsewhere; `null`: some may have been missed */
  constructor(
    private readonly redis: RedisLink,
    onChange: (generationKey: string | null) => void,
  ) {
    redis.follow(CHANNEL, onChange, () => onChange(null));
    redis.onReady(() => void this.#payAll());
  }

  async read(generationKey: string, keys: readonly string[]): Promise<SharedAnswer> {
    if (this.#owed.has(generationKey)) {
      void this.#payAll();
      return MISS;
    }
    const found = await this.redis.attempt((client) => client.mget(generationKey, ...keys));
    if (found === undefined) return MISS;
    const [generation, ...texts] = found;
    if (!isGeneration(generation)) return this.#begin(generationKey);
    return { generation, texts: texts.map((text) => textUnder(generation, text)) };
  }

  async store({ texts, generation, ttlMs }: Storing): Promise<void> {
    const fitting = [...texts].filter(([, text]) => text.length <= LONGEST_TEXT);
    if (fitting.length === 0) return;
    await this.redis.attempt((client) => {
      const pipeline = client.pipeline();
      for (const [key, text] of fitting) pipeline.set(key, `${generation}\n${text}`, 'PX', ttlMs);
      return allAnswers(pipeline);
    });
  }

  /** After a commit. When this returns, this process takes nothing of before; where Redis answered, no other does. */
  async change(generationKeys: readonly string[]): Promise<void> {
    const change = Symbol();
    for (const key of generationKeys) this.#owed.set(key, change);
    await this.#pay(generationKeys.map((key) => [key, change]));
  }

  /** A generation to store under; whoever comes first chooses it. What is no generation makes way. */
  async #begin(generationKey: string): Promise<SharedAnswer> {
    const word = randomBytes(12).toString('base64url');
    const generation = await this.redis.attempt(async (client) => {
      const begin = client.pipeline().set(generationKey, word, 'PX', GENERATION_TTL, 'NX').mget(generationKey);
      const [, [now]] = (await allAnswers(begin)) as [unknown, [string | null]];
      if (isGeneration(now)) return now;
      await client.del(generationKey);
      return null;
    });
    return { texts: [], generation: generation ?? null };
  }

  #payAll(): Promise<void> {
    this.#paying ??= this.#pay([...this.#owed]).finally(() => (this.#paying = undefined));
    return this.#paying;
  }

  async #pay(debts: readonly (readonly [key: string, change: symbol])[]): Promise<void> {
    if (debts.length === 0) return;
    const keys = debts.map(([key]) => key);
    const paid = await this.redis.attempt((client) => {
      // Not one after the other: who hears of the change must not find the old generation.
      const all = client.multi().del(...keys);
      for (const key of keys) all.publish(CHANNEL, key);
      return allAnswers(all);
    });
    if (paid === undefined) return;
    for (const [key, change] of debts) if (this.#owed.get(key) === change) this.#owed.delete(key);
  }
}

const isGeneration = (text: string | null | undefined): text is string =>
  typeof text === 'string' && GENERATION.test(text);

/** Only a text that says it belongs to this generation: anything else under our keys is a miss. */
const textUnder = (generation: string, text: string | null | undefined): string | null =>
  typeof text === 'string' && text.length <= LONGEST_TEXT + generation.length + 1 && text.startsWith(`${generation}\n`)
    ? text.slice(generation.length + 1)
    : null;

/** @throws the first error among the answers, which a pipeline reports beside them */
async function allAnswers(commands: ChainableCommander): Promise<unknown[]> {
  const answers = (await commands.exec()) ?? [];
  for (const [error] of answers) if (error) throw error;
  return answers.map(([, answer]) => answer);
}
