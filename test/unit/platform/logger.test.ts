import { createLogger, NestLogger } from '../../../src/platform/logger';

const TOKEN = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

const logged = () => {
  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line) => void lines.push(line) });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
};

describe('a log line [N9]', () => {
  it('is one JSON document with level, time and message', () => {
    const { logger, lines, last } = logged();
    logger.info({ operation: 'signUp' }, 'two\nlines');

    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      operation: 'signUp',
      message: 'two\nlines',
    });
  });

  it('holds no secret and no e-mail address, at any depth', () => {
    const { logger, lines } = logged();
    const secrets = {
      headers: { authorization: 'hunter2', cookie: 'hunter2' },
      variables: {
        input: {
          password: 'hunter2',
          email: 'hunter2',
          idempotencyKey: 'hunter2',
          list: [{ refreshToken: 'hunter2' }],
        },
      },
      accessToken: 'hunter2',
      clientSecret: 'hunter2',
      MONGODB_URI: 'hunter2',
    };
    logger.error(secrets, 'refused');

    expect(lines.join()).not.toContain('hunter2');
    expect(lines.join()).toContain('"authorization":"[redacted]"');
  });

  it('holds no token and no credentials inside of its texts', () => {
    const { logger, lines } = logged();
    logger.info({ note: `sent ${TOKEN}` }, `Bearer abc.def-1 to mongodb://root:hunter2@db/x with ${TOKEN}`);

    expect(lines.join()).not.toMatch(/eyJ|hunter2|abc\.def/);
    expect(lines.join()).toContain('mongodb://[redacted]@db/x');
  });

  it('holds the type, message, code, stack and cause of an error, and none of the documents it carries', () => {
    const { logger, lines, last } = logged();
    const err = Object.assign(
      new Error('E11000 duplicate key error index: email dup key: { emailKey: "ada@example.org" }', {
        cause: new Error('below'),
      }),
      { code: 11000, keyValue: { name: 'ada' }, errInfo: { document: 'hunter2' } },
    );
    logger.error({ err }, 'not written');

    expect(last()['err']).toMatchObject({ type: 'Error', code: 11000, cause: { message: 'below' } });
    expect(last()['err']).toHaveProperty('stack', expect.stringContaining('logger.test'));
    expect(lines.join()).not.toMatch(/ada|hunter2/);
  });

  it('survives an object that contains itself', () => {
    const { logger, lines } = logged();
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    logger.info({ loop }, 'around');

    expect(lines).toHaveLength(1);
  });

  it('is written for what Nest says too', () => {
    const { logger, last } = logged();
    const nest = new NestLogger(logger);

    nest.log('Nest application started', 'NestFactory');
    expect(last()).toMatchObject({ level: 'debug', context: 'NestFactory', message: 'Nest application started' });
    nest.warn('odd', 'Router');
    expect(last()).toMatchObject({ level: 'warn', context: 'Router', message: 'odd' });
    nest.error('broken', 'the stack', 'Router');
    expect(last()).toMatchObject({ level: 'error', context: 'Router', stack: 'the stack', message: 'broken' });
    nest.error(new TypeError('thrown'));
    expect(last()).toMatchObject({ level: 'error', err: { type: 'TypeError', message: 'thrown' } });
  });
});
