import type { Event } from '../../src/domain/event';
import type { Occurrence } from '../../src/domain/occurrence';
import { encodeId } from '../../src/graphql/global-id';

/** Registers whoever asks; every answer that a seeding can lead to is selected. */
export const registerDocument = ({ id }: Pick<Occurrence, 'id'>): string => `mutation {
  registerForOccurrence(input: { occurrenceId: "${encodeId('Occurrence', id)}" }) {
    __typename
    ... on RegisterForOccurrencePayload { registration { id status seats occurrence { name startsAtLocal timezone } } }
    ... on UserError { code message }
    ... on OccurrenceFullError { seatsLeft nextWithSeats { id startsAtLocal seatsLeft } }
    ... on OverlappingRegistrationError { conflictingRegistration { id occurrence { name startsAtLocal } } }
  }
}`;

interface Window {
  readonly from: Date;
  readonly to: Date;
}

/** The dates of one event, on the wall and on the world's clock. */
export const datesDocument = ({ id }: Pick<Event, 'id'>, { from, to }: Window): string => `query {
  event(id: "${encodeId('Event', id)}") {
    name
    timezone
    recurrence { text }
    occurrences(range: { between: { from: "${from.toISOString()}", to: "${to.toISOString()}" } }) {
      edges { node { id startsAtLocal startsAt endsAt dstAdjusted capacity seatsLeft } }
    }
  }
}`;

/** Who asks, and what there is to go to in the next days. */
export const programmeDocument = (timezone: string, days: number): string => `query {
  viewer { user { name role } organization { name } }
  occurrences(first: 5, range: { next: { days: ${days}, timezone: "${timezone}" } }) {
    edges { node { id name startsAtLocal timezone status capacity seatsLeft myRegistration { id status } } }
  }
}`;
