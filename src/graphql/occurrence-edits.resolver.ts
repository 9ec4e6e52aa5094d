import { Resolver } from '@nestjs/graphql';
import type { ViewerScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import { CancelOccurrence } from '../use-cases/occurrences/cancel-occurrence';
import { UpdateOccurrence } from '../use-cases/occurrences/update-occurrence';
import { Requires } from './auth.guard';
import { decodeId } from './global-id';
import { CurrentScope } from './graphql-context';
import { Input } from './input.decorator';
import { Mutation } from './mutation.decorator';
import {
  CancelOccurrenceInput,
  CancelOccurrencePayload,
  CancelOccurrenceResult,
  UpdateOccurrenceInput,
  UpdateOccurrencePayload,
  UpdateOccurrenceResult,
} from './occurrence.inputs';
import { toOccurrenceNode } from './occurrence.types';

@Resolver()
export class OccurrenceEditsResolver {
  constructor(
    private readonly update: UpdateOccurrence,
    private readonly cancel: CancelOccurrence,
    private readonly clock: Clock,
  ) {}

  @Mutation(() => UpdateOccurrenceResult, {
    description: 'Changes one date alone; it stays in its series, and keeps its id and its registrations.',
  })
  @Requires('event.write')
  async updateOccurrence(
    @Input() { occurrenceId, idempotencyKey, ...fields }: UpdateOccurrenceInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<UpdateOccurrencePayload> {
    const occurrence = await this.update.execute(scope, {
      ...fields,
      occurrenceId: decodeId('Occurrence', occurrenceId),
      idempotencyKey: idempotencyKey ?? null,
    });
    return { __typename: 'UpdateOccurrencePayload', occurrence: toOccurrenceNode(occurrence, this.clock.now()) };
  }

  @Mutation(() => CancelOccurrenceResult, { description: 'Calls one date off. Repeating it gives the same answer.' })
  @Requires('event.write')
  async cancelOccurrence(
    @Input() input: CancelOccurrenceInput,
    @CurrentScope() scope: ViewerScope,
  ): Promise<CancelOccurrencePayload> {
    const cancelled = await this.cancel.execute(scope, {
      occurrenceId: decodeId('Occurrence', input.occurrenceId),
      reason: input.reason ?? null,
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return {
      __typename: 'CancelOccurrencePayload',
      occurrence: toOccurrenceNode(cancelled.occurrence, this.clock.now()),
      registrationsCancelled: cancelled.registrationsCancelled,
    };
  }
}
