import { setImmediate } from 'node:timers/promises';
import { UseInterceptors } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { previewRecurrence } from '../domain/preview';
import { admitInput } from '../use-cases/events/recurrence-input';
import { RefusalsAsData } from './as-data';
import { Requires } from './auth.guard';
import { Input } from './input.decorator';
import { PreviewRecurrenceInput, PreviewRecurrencePayload, PreviewRecurrenceResult } from './preview.types';
import { toRecurrence } from './recurrence.types';

const DEFAULT_DATES = 20;

@Resolver()
export class PreviewResolver {
  #turn: Promise<void> = Promise.resolve();

  @Query(() => PreviewRecurrenceResult, { description: 'What a schedule would come to. Nothing is stored.' })
  @UseInterceptors(RefusalsAsData)
  @Requires('recurrence.preview')
  async previewRecurrence(@Input() input: PreviewRecurrenceInput): Promise<PreviewRecurrencePayload> {
    await this.nextTurn();
    const { timezone, startsAtLocal, duration, first } = input;
    const recurrence = admitInput(toRecurrence(input.recurrence), { timezone, startsAtLocal });
    const preview = previewRecurrence({ timezone, startsAtLocal, duration, recurrence }, first ?? DEFAULT_DATES);
    return { __typename: 'PreviewRecurrencePayload', ...preview };
  }

  /** One preview is milliseconds of computing; hundreds under aliases would keep everybody else waiting for seconds. */
  private nextTurn(): Promise<void> {
    return (this.#turn = this.#turn.then(() => setImmediate()));
  }
}
