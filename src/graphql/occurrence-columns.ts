import type { GraphQLResolveInfo } from 'graphql';
import type { OccurrenceColumn } from '../store/occurrence-summary';
import type { OccurrenceRelationsResolver } from './occurrence-relations.resolver';
import type { OccurrenceNode } from './occurrence.types';
import { selectedFields } from './selected';

type Columns = readonly OccurrenceColumn[];

/** What of a stored date each field is made from, besides its id and its start, which are always read. */
const MADE_FROM: Readonly<Record<string, Columns>> = {
  __typename: [],
  id: [],
  recurrenceId: ['recurrenceId'],
  startsAt: [],
  endsAt: ['endsAt'],
  duration: ['recurrenceId', 'timezone', 'startsAtLocal', 'endsAt'],
  startsAtLocal: ['startsAtLocal'],
  timezone: ['timezone'],
  status: ['status', 'endsAt'],
  dstAdjusted: ['dstAdjusted'],
  capacity: ['capacity'],
  seatsTaken: ['confirmedSeats', 'heldSeats'],
  seatsLeft: ['capacity', 'seatsLeft'],
  waitingCount: ['waitCount'],
  revision: ['revision'],
  event: ['eventId'],
  name: ['name', 'eventId'],
  description: ['description', 'eventId'],
  myRegistration: [],
  registrations: [],
} satisfies Record<Exclude<keyof OccurrenceNode, 'record'> | keyof OccurrenceRelationsResolver, Columns>;

/** What a page of dates has to read for an operation; undefined: everything, for a field that this table does not know. */
export function columnsOf(info: GraphQLResolveInfo): Columns | undefined {
  const columns = [...selectedFields(info, ['edges', 'node'])].map((field) => MADE_FROM[field]);
  return columns.every((known) => known !== undefined) ? [...new Set(columns.flat())] : undefined;
}
