import type { Role } from '../../src/domain/permissions';
import { type Answer, dataOf } from './client';
import type { TestService } from './service';

/* Inviting people over the wire, as an ORG_ADMIN and the invited do it. */

export const PASSWORD = 'correct horse battery';

const ERROR = '... on UserError { code message }';
const INVITATION = 'invitation { id email role status expiresAt }';
const USER = 'user { id name email role status }';

export const INVITE = `mutation ($input: InviteUserInput!) {
  inviteUser(input: $input) { __typename ... on InviteUserPayload { token ${INVITATION} } ${ERROR} }
}`;
export const ACCEPT = `mutation ($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    __typename
    ... on AcceptInvitationPayload {
      session {
        accessToken refreshToken
        viewer { account { id email name } ${USER} organization { id } organizations { id } }
      }
    }
    ${ERROR}
  }
}`;
export const REVOKE = `mutation ($input: RevokeInvitationInput!) { revokeInvitation(input: $input) { ${INVITATION} } }`;
export const INVITATIONS = `query ($first: Int! = 20, $after: String) {
  invitations(first: $first, after: $after) { edges { cursor node { id email role status } } pageInfo { hasNextPage endCursor } }
}`;
export const CHANGE_ROLE = `mutation ($input: ChangeRoleInput!) {
  changeRole(input: $input) { __typename ... on ChangeRolePayload { ${USER} } ${ERROR} }
}`;
export const REMOVE = `mutation ($input: RemoveUserInput!) {
  removeUser(input: $input) { __typename ... on RemoveUserPayload { ${USER} } ${ERROR} }
}`;
export const TRANSFER = `mutation ($input: TransferOwnershipInput!) {
  transferOwnership(input: $input) {
    __typename ... on TransferOwnershipPayload { organization { id } ${USER} } ${ERROR}
  }
}`;
export const USERS = `query ($status: UserStatus, $role: Role) {
  users(first: 100, status: $status, role: $role) { edges { node { id name role status } } }
}`;

export interface UserOnWire {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: string;
}
export interface InvitationOnWire {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly status: string;
  readonly expiresAt: string;
}
/** A member of a result union: which one, and what it carries. */
export interface Result {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
}
export interface Invited extends Result {
  readonly token: string | null;
  readonly invitation: InvitationOnWire;
}
export interface Accepted extends Result {
  readonly session: {
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly viewer: {
      readonly account: { readonly id: string; readonly email: string; readonly name: string };
      readonly user: UserOnWire;
      readonly organization: { readonly id: string };
      readonly organizations: readonly { readonly id: string }[];
    };
  };
}
export interface UserResult extends Result {
  readonly user: UserOnWire;
}

/** What one operation of the documents above came to. */
export async function result<Data>(
  service: TestService,
  [document, input]: readonly [string, object],
  token?: string,
): Promise<Data> {
  const answer = await service.ask<Record<string, Data>>(document, { input }, token);
  const [first] = Object.values(dataOf(answer));
  if (first === undefined) throw new Error('an answer without data');
  return first;
}

/** The same where an error is what is expected. */
export const answerTo = (
  service: TestService,
  [document, input]: readonly [string, object],
  token?: string,
): Promise<Answer<unknown>> => service.ask(document, { input }, token);

let people = 0;
export const newAddress = (): string => `invited-${(people += 1)}@example.org`;

/** An open invitation, and its token. */
export async function invited(
  service: TestService,
  admin: { readonly token: string },
  given: { readonly email?: string; readonly role?: Role } = {},
): Promise<{ readonly token: string; readonly invitation: InvitationOnWire }> {
  const input = { email: newAddress(), role: 'USER', ...given };
  const { token, invitation } = await result<Invited>(service, [INVITE, input], admin.token);
  if (token === null) throw new Error('an invitation without a token');
  return { token, invitation };
}

export const acceptance = (token: string, given: object = {}): readonly [string, object] => [
  ACCEPT,
  { token, name: 'Grace', password: PASSWORD, ...given },
];
