import { buildSchema, type GraphQLInputObjectType } from 'graphql';
import { readFileSync } from 'node:fs';
import { dataOf } from '../support/client';
import { testService } from '../support/service';
import { type Member, Organization } from '../support/walk/organization';

jest.setTimeout(30_000);

const service = testService();
const schema = buildSchema(readFileSync('src/schema.graphql', 'utf8'));

/** What the schema promises of the reason that a mutation takes. */
const promised = (input: string): string =>
  (schema.getType(input) as GraphQLInputObjectType).getFields()['reason']?.description ?? '';

const REGISTRATION = 'query ($id: ID!) { node(id: $id) { ... on Registration { cancelReason } } }';
const AUDIT_LOG = /* GraphQL */ `
  query ($filter: AuditLogFilter) {
    auditLog(filter: $filter) {
      edges {
        node {
          changes {
            field
            after
          }
        }
      }
    }
  }
`;
interface Audited {
  readonly auditLog: {
    readonly edges: readonly { node: { changes: readonly { field: string; after: string | null }[] } }[];
  };
}

async function house() {
  const organization = await Organization.found(service, 'R');
  const { USER } = organization.members;
  const event = await organization.event();
  const date = event.occurrences[0]?.id ?? '';
  const seat = await organization.seat(USER, date);
  const call = (name: string, input: object): Promise<unknown> => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    return organization.ask(`mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`, { input });
  };
  const reasonFor = async (member: Member): Promise<unknown> =>
    dataOf(await service.ask(REGISTRATION, { id: seat }, member.token));
  const reasonsInAuditLog = async (type: string) => {
    const { auditLog } = await organization.ask<Audited>(AUDIT_LOG, { filter: { types: [type] } });
    const changes = auditLog.edges.flatMap(({ node }) => node.changes);
    return changes.filter(({ field }) => field === 'reason').map(({ after }) => after);
  };
  return { USER, event, date, seat, call, reasonFor, reasonsInAuditLog };
}

describe('the reason of a cancellation', () => {
  it.each(['cancelEvent', 'cancelOccurrence'])(
    'of %s is read in the audit log; those who are registered read a code',
    async (name) => {
      const { USER, event, date, call, reasonFor, reasonsInAuditLog } = await house();
      const [which, type] =
        name === 'cancelEvent' ? [{ eventId: event.id }, 'EVENT'] : [{ occurrenceId: date }, 'OCCURRENCE'];
      await call(name, { ...which, reason: 'The speaker is ill' });

      expect(await reasonsInAuditLog(`${type}_CANCELLED`)).toContain('The speaker is ill');
      expect(await reasonFor(USER)).toEqual({ node: { cancelReason: 'EVENT_CANCELLED' } });
      const promise = promised(name === 'cancelEvent' ? 'CancelEventInput' : 'CancelOccurrenceInput');
      expect(promise).toMatch(/audit log.*EVENT_CANCELLED/);
    },
  );

  it('of one registration is what its holder reads of it', async () => {
    const { USER, seat, call, reasonFor } = await house();
    await call('cancelRegistration', { registrationId: seat, reason: 'Too late' });

    expect(await reasonFor(USER)).toEqual({ node: { cancelReason: 'Too late' } });
    expect(promised('CancelRegistrationInput')).toMatch(/`cancelReason`/);
  });
});
