/** What W3 and W4 ask, of every subject alike. */

/** Entries of a page of dates, and of one of registrations. */
export const DATES = 100;
export const REGISTRATIONS = 20;

export const RANGE_QUERY = `query Range($from: DateTime!, $to: DateTime!) {
  occurrences(range: { between: { from: $from, to: $to } }, first: ${DATES}) {
    edges { node { id startsAt endsAt startsAtLocal timezone status capacity seatsLeft } }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const MINE_QUERY = `query Mine {
  myRegistrations(first: ${REGISTRATIONS}) {
    edges { node { id status seats createdAt revision } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** As much of the service's schema as these need, for peers that begin with a schema's text. */
export const SDL = `
  scalar DateTime
  type Query {
    occurrences(range: DateRangeInput!, first: Int! = 50): OccurrenceConnection!
    myRegistrations(first: Int! = 20): RegistrationConnection!
  }
  input DateRangeInput { between: InstantRangeInput }
  input InstantRangeInput { from: DateTime!, to: DateTime! }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type OccurrenceConnection { edges: [OccurrenceEdge!]!, pageInfo: PageInfo! }
  type OccurrenceEdge { cursor: String!, node: Occurrence! }
  type Occurrence {
    id: ID!
    startsAt: DateTime!
    endsAt: DateTime!
    startsAtLocal: String!
    timezone: String!
    status: String!
    capacity: Int
    seatsLeft: Int
  }
  type RegistrationConnection { edges: [RegistrationEdge!]!, pageInfo: PageInfo! }
  type RegistrationEdge { cursor: String!, node: Registration! }
  type Registration { id: ID!, status: String!, seats: Int!, createdAt: DateTime!, revision: Int! }
`;

/** A page of dates, asked for without GraphQL. */
export interface DatesQuestion {
  readonly from: string;
  readonly to: string;
  readonly first: number;
}

/** The raw server takes everybody's word for who asks. */
export interface RawQuestion extends Partial<DatesQuestion> {
  readonly tenantId: string;
  readonly first: number;
  /** Left out: dates are asked for. */
  readonly userId?: string;
}

/** What of a stored date or registration the answers hold. */
export const DATE_FIELDS = {
  startsAt: 1,
  endsAt: 1,
  startsAtLocal: 1,
  timezone: 1,
  status: 1,
  capacity: 1,
  seatsLeft: 1,
} as const;
export const REGISTRATION_FIELDS = { status: 1, seats: 1, at: 1, version: 1, s: 1 } as const;

/** Tells the stock peer to read the fields that it shows, and not whole documents. */
export const SELECT = 'select';
