import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { environmentShape, loadEnv, type Source } from '../../src/platform/env';

interface Service {
  readonly image?: string;
  readonly build?: { readonly target: string };
  readonly profiles?: readonly string[];
  readonly env_file?: readonly { readonly path: string; readonly required: boolean }[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[] | string;
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const text = readFileSync('docker-compose.yml', 'utf8');
const services = (source: string): Readonly<Record<string, Service>> =>
  (parse(source, { merge: true }) as { services: Record<string, Service> }).services;

/** What is wrong with a service; empty: nothing that we know to look for. */
function faultsOf({ image, build, ports = [], ...service }: Service): readonly string[] {
  const rules: Record<string, boolean> = {
    'an exact version': build !== undefined || /^[a-z/]+:v?\d+\.\d+\.\d+/.test(image ?? ''),
    'no capabilities': service.cap_drop?.includes('ALL') ?? false,
    'no new privileges': service.security_opt?.includes('no-new-privileges:true') ?? false,
    'bounded memory, processor and processes':
      service.mem_limit !== undefined && service.cpus !== undefined && service.pids_limit !== undefined,
    'open to this machine alone': ports.every((port) => port.startsWith('127.0.0.1:')),
    'no shell in its health check': service.healthcheck === undefined || service.healthcheck.test[0] === 'CMD',
  };
  return Object.keys(rules).filter((rule) => !rules[rule]);
}

describe('docker-compose.yml', () => {
  const all = services(text);
  const decided = all['app']?.environment ?? {};
  /** What the service makes of a `.env`: what is decided in the file wins. */
  const environmentWith = (given: Source) => loadEnv({ ...given, ...decided, NODE_ENV: 'development' });

  it.each(Object.entries(all))('%s is confined', (_, service) => {
    expect(faultsOf(service)).toEqual([]);
  });

  it.each(['app', 'redis', 'mailpit'])('%s has a root that it cannot write to', (name) => {
    expect(all[name]?.read_only).toBe(true);
  });

  it('starts the service and its database when nothing else is asked for', () => {
    const plain = Object.keys(all).filter((name) => all[name]?.profiles === undefined);
    expect(plain.sort()).toEqual(['app', 'mongo']);
  });

  it('has a replica set, which is ready before the service starts', () => {
    const { mongo, app } = all;
    expect(mongo?.command).toEqual(expect.arrayContaining(['--replSet', 'rs0']));
    expect(mongo?.healthcheck?.test.join(' ')).toMatch(/rs\.initiate\(.*'rs0'.*\n.*isWritablePrimary/);
    expect(app?.depends_on).toEqual({ mongo: { condition: 'service_healthy' } });
    expect(app?.environment?.['MONGODB_URI']).toMatch(/^mongodb:\/\/mongo:27017\/.*replicaSet=rs0/);
  });

  it('hands on every key of .env, where there is one, and decides only what no .env can', () => {
    expect(all['app']?.env_file).toEqual([{ path: '.env', required: false }]);
    expect(Object.keys(decided).sort()).toEqual(['DATA_DIR', 'HOST', 'MONGODB_URI', 'NODE_ENV', 'PORT']);
    expect(Object.keys(decided).filter((key) => !Object.hasOwn(environmentShape, key))).toEqual([]);
  });

  it('starts the stage that has the page for development', () => {
    expect(all['app']?.build?.target).toBe('development');
  });

  it('sets nothing to nothing: that would win over what .env says', () => {
    expect(Object.values(decided).filter((value) => value === '' || value.includes(':-}'))).toEqual([]);
  });

  it('starts with a copy of .env.example', () => {
    const env = environmentWith(parseEnv(readFileSync('.env.example', 'utf8')));
    expect(env).toMatchObject({
      production: false,
      host: '0.0.0.0',
      port: 3000,
      dataDir: '/data',
      redisUrl: undefined,
    });
  });

  it('starts with Redis and the mail catcher, given the lines that operations.md and its own comment name', () => {
    const lines = /^```\n(REDIS_URL=[^`]+)```$/m.exec(readFileSync('docs/operations.md', 'utf8'))?.[1] ?? '';
    const given = parseEnv(lines);
    const env = environmentWith(given);
    expect(env.redisUrl).toBe('redis://redis:6379');
    expect(env.mail.to).toEqual({ host: 'mailpit', port: 1025, tls: 'off', login: null });
    const comments = text.replace(/\n *# /g, ' ');
    for (const [key, value] of Object.entries(given)) expect(comments).toContain(`${key}=${value}`);
  });

  it('holds no secret', () => {
    expect(Object.keys(decided).filter((key) => /KEY|SECRET|PASSWORD/.test(key))).toEqual([]);
  });

  it.each([
    ['no capabilities', (source: string) => source.replaceAll('cap_drop: [ALL]', 'cap_drop: []')],
    ['open to this machine alone', (source: string) => source.replaceAll('127.0.0.1:27017', '27017')],
    ['an exact version', (source: string) => source.replaceAll('mongo:8.0.17', 'mongo:latest')],
  ])('would not pass otherwise: %s', (rule, spoil) => {
    expect(faultsOf(services(spoil(text))['mongo']!)).toEqual([rule]);
  });
});
