import type { BuildSchemaOptions } from '@nestjs/graphql';
import { DateTimeScalar } from './scalars';

/** What the running service and `scripts/schema.ts` build the schema with. */
export const schemaOptions: BuildSchemaOptions = {
  // Nest's own DateTime accepts numbers, naive times and 30 February.
  scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
};
