/** What `npm run sizes` measured: `docs/scaling.json`. */
export interface ScalingFigures {
  readonly shape: { readonly tenants: number; readonly occurrences: number; readonly registrations: number };
  /** How long the run took. */
  readonly minutes: number;
  readonly machine: Readonly<Record<string, string>>;
  /** The data growing: each with what it took, and what operations cost over it. */
  readonly steps: readonly {
    readonly collections: readonly CollectionFigures[];
    readonly operations: readonly {
      readonly operation: string;
      readonly mongodUs: number;
      readonly serviceUs: number;
    }[];
  }[];
}

export interface CollectionFigures {
  readonly name: string;
  readonly documents: number;
  /** BSON, uncompressed: what the cache holds. */
  readonly documentBytes: number;
  /** Compressed, on disk, without indexes. */
  readonly storageBytes: number;
  readonly indexes: readonly { readonly key: string; readonly bytes: number }[];
}
