/* What an organization of the tests sends, and gets back. */

export interface EventOnWire {
  readonly id: string;
  readonly revision: number;
  readonly startsAtLocal: string;
  /** By start. */
  readonly occurrences: readonly { readonly id: string; readonly revision: number }[];
}

export interface SignedUp {
  signUp: {
    session: {
      accessToken: string;
      viewer: { account: { id: string }; user: { id: string }; organization: { id: string } };
    };
  };
}
export interface LoggedIn {
  logIn: { session: { refreshToken: string } };
}
export interface CreatedEvent extends Omit<EventOnWire, 'occurrences'> {
  occurrences: { edges: { node: { id: string; revision: number } }[] };
}
export interface Registered {
  registerForOccurrence: { registration: { id: string } };
}

export interface CalendarFeedCreated {
  createCalendarFeed: { feed: { id: string } };
}

export const SIGN_UP = /* GraphQL */ `
  mutation ($input: SignUpInput!) {
    signUp(input: $input) {
      ... on SignUpPayload {
        session {
          accessToken
          viewer {
            account {
              id
            }
            user {
              id
            }
            organization {
              id
            }
          }
        }
      }
    }
  }
`;
export const LOG_IN = /* GraphQL */ `
  mutation ($input: LogInInput!) {
    logIn(input: $input) {
      session {
        refreshToken
      }
    }
  }
`;
export const CREATE_EVENT = /* GraphQL */ `
  mutation ($input: CreateEventInput!) {
    createEvent(input: $input) {
      ... on CreateEventPayload {
        event {
          id
          revision
          startsAtLocal
          occurrences {
            edges {
              node {
                id
                revision
              }
            }
          }
        }
      }
    }
  }
`;
export const REGISTER = /* GraphQL */ `
  mutation ($input: RegisterForOccurrenceInput!) {
    registerForOccurrence(input: $input) {
      ... on RegisterForOccurrencePayload {
        registration {
          id
        }
      }
    }
  }
`;
export const CANCEL = /* GraphQL */ `
  mutation ($input: CancelRegistrationInput!) {
    cancelRegistration(input: $input) {
      ... on CancelRegistrationPayload {
        registration {
          id
        }
      }
    }
  }
`;
export const CREATE_CALENDAR_FEED = /* GraphQL */ `
  mutation ($input: CreateCalendarFeedInput!) {
    createCalendarFeed(input: $input) {
      ... on CreateCalendarFeedPayload {
        feed {
          id
        }
      }
    }
  }
`;
