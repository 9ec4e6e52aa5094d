import { buildSchema, parse, type OperationDefinitionNode } from 'graphql';
import { rootFieldOf } from '../../src/graphql/operation-metrics.plugin';
import { Metrics } from '../../src/platform/metrics';
import { dataOf } from '../support/client';
import { founderOf } from '../support/founder';
import { testService } from '../support/service';

const service = testService({ METRICS_PORT: '0' });
const REGISTER = /* GraphQL */ `
  mutation ($eventId: ID!) {
    registerForEvent(input: { eventId: $eventId }) {
      __typename
    }
  }
`;

async function scrape(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${service.running.metricsPort}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  return answer.text();
}

/** The value of one series; 0 where it has not begun. */
function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

interface Created {
  createEvent: { event: { id: string } };
}

async function oneSeat(token: string): Promise<string> {
  const input = {
    name: 'Talk',
    timezone: 'Europe/Berlin',
    startsAtLocal: '2027-03-01T10:00',
    duration: 'PT1H',
    capacity: 1,
    publish: true,
  };
  const create = `mutation ($input: CreateEventInput!) {
    createEvent(input: $input) { ... on CreateEventPayload { event { id } } }
  }`;
  return dataOf(await service.ask<Created>(create, { input }, token)).createEvent.event.id;
}

describe('the metrics', () => {
  it('count what became of bookings', async () => {
    const founder = await founderOf(service, 'Ada');
    const eventId = await oneSeat(founder.token);
    const before = await scrape();
    await service.ask(REGISTER, { eventId }, founder.token);
    await service.ask(REGISTER, { eventId }, founder.token);
    const after = await scrape();
    const grown = (series: string): number => valueOf(after, series) - valueOf(before, series);
    expect(grown('happening_bookings_total{command="register",outcome="DONE"}')).toBe(1);
    expect(grown('happening_bookings_total{command="register",outcome="ALREADY_REGISTERED"}')).toBe(1);
    expect(grown('happening_operation_duration_seconds_count{operation="registerForEvent",outcome="ok"}')).toBe(2);
    expect(grown('happening_transactions_total{end="committed"}')).toBeGreaterThan(0);
    expect(grown('happening_booking_batch_commands_count')).toBe(2);
  });

  it('tell of queues, pool, event loop and what is due', async () => {
    const text = await scrape();
    expect(valueOf(text, 'happening_booking_queue{state="waiting"}')).toBe(0);
    expect(valueOf(text, 'happening_database_connections{state="open"}')).toBeGreaterThan(0);
    expect(text).toMatch(/^happening_work_lag_seconds \d/m);
    expect(text).toMatch(/^happening_delivery_lag_seconds \d/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  it('begin no series for a name that a client made up', async () => {
    await service.ask('query MadeUpByAClient { viewer { account { id } } }');
    await service.ask('{ madeUpField }');
    await service.ask('{ alias: viewer { account { id } } other: viewer { account { id } } }');
    const text = await scrape();
    expect(text).not.toMatch(/MadeUp|madeUp|alias/);
    expect(text).toMatch(/operation="several"/);
  });

  it('name nobody: no tenant, person or address', async () => {
    const founder = await founderOf(service, 'Grace');
    const text = await scrape();
    for (const told of [founder.organizationId, founder.userId, 'grace@example.org', 'Grace']) {
      expect(text).not.toContain(told);
    }
  });

  it('are on a port of their own', async () => {
    expect((await fetch(new URL('/metrics', service.url))).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${service.running.metricsPort}/graphql`)).status).toBe(404);
  });
});

describe('what cannot be read now', () => {
  const away = (): Promise<number> => Promise.reject(new Error('the database is away'));

  it('is left out, whatever it was before: an old figure would say that all is well', async () => {
    const metrics = new Metrics();
    let read = async (): Promise<number> => 3;
    metrics.gauge({ name: 'lag_seconds', help: 'How late.', read: () => read() });
    metrics.gauge({ name: 'sockets', help: 'How many.', label: 'state', read: () => ({ open: 2 }) });
    expect(await metrics.text()).toMatch(/^happening_lag_seconds 3$/m);
    read = away;
    const text = await metrics.text();
    expect(text).not.toMatch(/^happening_lag_seconds/m);
    expect(text).toMatch(/^happening_sockets\{state="open"\} 2$/m);
  });

  it('does not begin at nothing either', async () => {
    const metrics = new Metrics();
    metrics.gauge({ name: 'lag_seconds', help: 'How late.', read: away });
    expect(await metrics.text()).not.toMatch(/^happening_lag_seconds/m);
  });
});

describe('the name of an operation', () => {
  const schema = buildSchema('type Query { viewer: Int events: Int }');
  const nameOf = (document: string): string =>
    rootFieldOf(schema, parse(document).definitions[0] as OperationDefinitionNode);

  it.each([
    ['{ viewer }', 'viewer'],
    ['query Mine { renamed: viewer }', 'viewer'],
    ['{ viewer events }', 'several'],
    ['{ ... on Query { viewer } }', 'several'],
    ['{ __schema { queryType { name } } }', 'introspection'],
    ['{ nothingOfOurs }', 'none'],
    ['mutation { viewer }', 'none'],
  ])('%s is %s', (document, name) => {
    expect(nameOf(document)).toBe(name);
  });
});
