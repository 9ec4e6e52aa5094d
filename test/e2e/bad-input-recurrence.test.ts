import { BOMBS } from '../support/bad-input/recurrence-bombs';
import { databaseHash } from '../support/database-hash';
import { rawPost } from '../support/raw-post';
import { testService } from '../support/service';
import { Organization } from '../support/walk/organization';
import { resultOf } from '../support/walk/answer';
import { operationNamed } from '../support/wire';

jest.setTimeout(30_000);

const service = testService();
let organization: Organization;
let untouched: string;
beforeAll(async () => {
  organization = await Organization.found(service, 'A');
  untouched = await databaseHash(service.connection);
});

const schedule = { timezone: 'Europe/Berlin', startsAtLocal: '2027-03-01T10:00', duration: 'PT1H' };
const inputs: Readonly<Record<string, (recurrence: object) => object>> = {
  previewRecurrence: (recurrence) => ({ ...schedule, recurrence }),
  createEvent: (recurrence) => ({ ...schedule, name: organization.mark('Bomb'), publish: true, recurrence }),
};

describe.each(Object.keys(inputs))('%s', (name) => {
  const ask = async (recurrence: object) => {
    const { document: query } = operationNamed(name);
    const input = inputs[name]?.(recurrence);
    return rawPost(service.url, { query, variables: { input }, token: organization.admin.token });
  };

  it.each(BOMBS)('refuses a rule that no calendar needs [RR]: %s', async (_what, recurrence) => {
    const answer = await ask(recurrence);
    expect({ status: answer.status, result: resultOf(answer, name), errors: answer.body.errors }).toMatchObject({
      status: 200,
      result: {
        __typename: 'InvalidRecurrenceError',
        code: 'INVALID_RECURRENCE',
        message: expect.any(String) as string,
      },
      errors: undefined,
    });
    expect(answer.text.length).toBeLessThan(2_000);
    expect(await databaseHash(service.connection)).toBe(untouched);
  });

  it('takes a text that is larger than a request may be for no rule at all', async () => {
    const { status } = await ask({ rule: { rrule: `FREQ=WEEKLY;BYDAY=${'MO,'.repeat(40_000)}MO` } });
    expect(status).toBe(413);
  });
});

it('takes the rule that all of these are spoiled from', async () => {
  const { document: query } = operationNamed('previewRecurrence');
  const input = inputs['previewRecurrence']?.({ rule: { rrule: 'FREQ=WEEKLY;COUNT=3' }, exdates: [], rdates: [] });
  const answer = await rawPost(service.url, { query, variables: { input }, token: organization.admin.token });
  expect(resultOf(answer, 'previewRecurrence')).toMatchObject({ __typename: 'PreviewRecurrencePayload', total: 3 });
});
