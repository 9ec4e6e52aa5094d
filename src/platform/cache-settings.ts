export interface CacheSettings {
  /** How long this process takes a value from its own memory, milliseconds; 0: never. */
  readonly memoryMs: number;
}
