/* What a front end sends after somebody came back from the sign-in provider. */

const SESSION = /* GraphQL */ `
  session {
    accessToken
    viewer {
      account {
        email
      }
      user {
        id
        name
        role
      }
      organization {
        id
      }
    }
  }
`;

interface Viewer {
  readonly account: { readonly email: string };
  readonly user: { readonly id: string; readonly name: string; readonly role: string };
  readonly organization: { readonly id: string };
}
interface SignedInSession {
  readonly accessToken: string;
  readonly viewer: Viewer;
}

export const LOG_IN_WITH_PROVIDER = /* GraphQL */ `
  mutation ($input: LogInWithProviderInput!) {
    logInWithProvider(input: $input) {
      ${SESSION}
    }
  }
`;
export interface LoggedInWithProvider {
  readonly logInWithProvider: { readonly session: SignedInSession };
}

export const SIGN_UP_WITH_PROVIDER = /* GraphQL */ `
  mutation ($input: SignUpWithProviderInput!) {
    signUpWithProvider(input: $input) {
      __typename
      ... on SignUpPayload {
        ${SESSION}
      }
    }
  }
`;
export interface SignedUpWithProvider {
  readonly signUpWithProvider: { readonly __typename: string; readonly session: SignedInSession };
}

export const ACCEPT_WITH_PROVIDER = /* GraphQL */ `
  mutation ($input: AcceptInvitationWithProviderInput!) {
    acceptInvitationWithProvider(input: $input) {
      __typename
      ... on AcceptInvitationPayload {
        ${SESSION}
      }
    }
  }
`;
export interface AcceptedWithProvider {
  readonly acceptInvitationWithProvider: { readonly __typename: string; readonly session: SignedInSession };
}

export const LINK_IDENTITY = /* GraphQL */ `
  mutation ($input: LinkIdentityInput!) {
    linkIdentity(input: $input) {
      __typename
      ... on LinkIdentityPayload {
        account {
          email
        }
      }
    }
  }
`;
export interface Linked {
  readonly linkIdentity: { readonly __typename: string; readonly account?: { readonly email: string } };
}

export const VIEWER = /* GraphQL */ `
  {
    viewer {
      account {
        email
      }
      user {
        id
        name
        role
      }
      organization {
        id
      }
    }
  }
`;
export interface ViewerAnswer {
  readonly viewer: Viewer;
}
