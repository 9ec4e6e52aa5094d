import { Query, Resolver } from '@nestjs/graphql';
import { previewRecurrence } from '../domain/preview';
import { admitInput } from '../use-cases/events/recurrence-input';
import { Requires } from './auth.guard';
import { Input } from './input.decorator';
import { PreviewRecurrenceInput, PreviewRecurrencePayload, PreviewRecurrenceResult } from './preview.types';
import { toRecurrence } from './recurrence.types';

const DEFAULT_DATES = 20;

@Resolver()
export class PreviewResolver {
  @Query(() => PreviewRecurrenceResult, { description: 'What a schedule would come to. Nothing is stored.' })
  @Requires('recurrence.preview')
  previewRecurrence(@Input() input: PreviewRecurrenceInput): PreviewRecurrencePayload {
    const { timezone, startsAtLocal, duration, first } = input;
    const recurrence = admitInput(toRecurrence(input.recurrence), { timezone, startsAtLocal });
    const preview = previewRecurrence({ timezone, startsAtLocal, duration, recurrence }, first ?? DEFAULT_DATES);
    return { __typename: 'PreviewRecurrencePayload', ...preview };
  }
}
