import { encodeId, parseId } from '../../src/graphql/global-id';
import type { EventId, OccurrenceId, RegistrationId, UserId } from '../../src/domain/ids';
import type { Op, Told } from './history';

/** What a service answers, whatever was asked. */
export interface Body {
  readonly data?: { readonly answer?: Node | null } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

interface Node {
  readonly __typename: string;
  readonly id?: string;
  readonly revision?: number;
  readonly name?: string;
  readonly seatsTaken?: number;
  readonly capacity?: number | null;
  readonly myRegistration?: { readonly id: string; readonly status: string } | null;
  readonly registration?: { readonly id: string };
  readonly occurrence?: { readonly id: string; readonly revision: number };
  readonly event?: { readonly id: string; readonly revision: number };
  readonly user?: { readonly id: string };
}

const mutation = (field: string, input: string, payload: string): string =>
  `mutation ($input: ${input}!) { answer: ${field}(input: $input) { __typename ${payload} } }`;

const REGISTER = mutation(
  'registerForOccurrence',
  'RegisterForOccurrenceInput',
  '... on RegisterForOccurrencePayload { registration { id } }',
);
const CANCEL = mutation(
  'cancelRegistration',
  'CancelRegistrationInput',
  '... on CancelRegistrationPayload { registration { id } }',
);
const UPDATE_DATE = mutation(
  'updateOccurrence',
  'UpdateOccurrenceInput',
  '... on UpdateOccurrencePayload { occurrence { id revision } }',
);
const UPDATE_EVENT = mutation('updateEvent', 'UpdateEventInput', '... on UpdateEventPayload { event { id revision } }');
const REMOVE = mutation('removeUser', 'RemoveUserInput', '... on RemoveUserPayload { user { id } }');
const READ_DATE = `query ($id: ID!) {
  answer: occurrence(id: $id) { __typename id revision seatsTaken capacity myRegistration { id status } }
}`;
const READ_EVENT = 'query ($id: ID!) { answer: event(id: $id) { __typename id revision name } }';

const date = (id: string): string => encodeId('Occurrence', id as OccurrenceId);
const event = (id: string): string => encodeId('Event', id as EventId);

/** The request's body. */
export function documentOf(op: Op, key: string | null): string {
  const write = (query: string, input: object): string =>
    JSON.stringify({ query, variables: { input: { ...input, idempotencyKey: key } } });
  const read = (query: string, id: string): string => JSON.stringify({ query, variables: { id } });
  switch (op.kind) {
    case 'register':
      return write(REGISTER, { occurrenceId: date(op.occurrenceId), seats: op.seats });
    case 'cancel':
      return write(CANCEL, { registrationId: encodeId('Registration', op.registrationId as RegistrationId) });
    case 'capacity':
    case 'move': {
      const set = op.kind === 'capacity' ? { capacity: op.capacity } : { startsAtLocal: op.startsAtLocal };
      return write(UPDATE_DATE, { occurrenceId: date(op.occurrenceId), expectedRevision: op.expectedRevision, ...set });
    }
    case 'rename':
      return write(UPDATE_EVENT, { eventId: event(op.eventId), expectedRevision: op.expectedRevision, name: op.name });
    case 'remove':
      return write(REMOVE, { userId: encodeId('User', op.removedId as UserId) });
    case 'readDate':
      return read(READ_DATE, date(op.occurrenceId));
    case 'readEvent':
      return read(READ_EVENT, event(op.eventId));
  }
}

/** The service itself cannot tell, or says no more than that something went wrong. */
const UNKNOWN: ReadonlySet<string> = new Set(['OUTCOME_UNKNOWN', 'INTERNAL_SERVER_ERROR']);

const plain = (id: string | undefined): string | undefined => (id === undefined ? undefined : parseId(id)?.id);

export function readAnswer({ data, errors }: Body, op: Op): Told {
  const [first] = errors ?? [];
  if (first !== undefined) {
    const code = first.extensions?.code ?? 'NO_CODE';
    return { outcome: UNKNOWN.has(code) ? 'unknown' : 'fail', said: { code } };
  }
  const node = data?.answer;
  if (!node) return { outcome: 'fail', said: { code: 'NOT_FOUND' } };
  const { __typename: code } = node;
  if (code.endsWith('Error')) return { outcome: 'fail', said: { code } };
  return { outcome: 'ok', said: { code, ...fieldsOf(node, op) } };
}

function fieldsOf(node: Node, op: Op): Omit<Told['said'], 'code'> {
  if (op.kind === 'readDate') {
    const { revision, seatsTaken, capacity, myRegistration } = node;
    const mine = myRegistration && { id: plain(myRegistration.id) ?? '', status: myRegistration.status };
    return { id: op.occurrenceId, revision, seatsTaken, capacity, mine };
  }
  if (op.kind === 'readEvent') return { id: op.eventId, revision: node.revision, name: node.name };
  const changed = node.registration ?? node.occurrence ?? node.event ?? node.user;
  const revision = node.occurrence?.revision ?? node.event?.revision;
  return { id: plain(changed?.id), ...(revision === undefined ? {} : { revision }) };
}
