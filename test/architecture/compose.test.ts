import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { environmentShape } from '../../src/platform/env';

interface Service {
  readonly image?: string;
  readonly build?: { readonly target: string };
  readonly profiles?: readonly string[];
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

  it('gives the service only keys that it knows', () => {
    const unknown = Object.keys(all['app']?.environment ?? {}).filter((key) => !Object.hasOwn(environmentShape, key));
    expect(unknown).toEqual([]);
  });

  it('holds no secret', () => {
    const given = Object.entries(all['app']?.environment ?? {}).filter(([key]) => /KEY|SECRET|PASSWORD/.test(key));
    expect(given.every(([key, value]) => value === `\${${key}:-}`)).toBe(true);
  });

  it.each([
    ['no capabilities', (source: string) => source.replaceAll('cap_drop: [ALL]', 'cap_drop: []')],
    ['open to this machine alone', (source: string) => source.replaceAll('127.0.0.1:27017', '27017')],
    ['an exact version', (source: string) => source.replaceAll('mongo:8.0.17', 'mongo:latest')],
  ])('would not pass otherwise: %s', (rule, spoil) => {
    expect(faultsOf(services(spoil(text))['mongo']!)).toEqual([rule]);
  });
});
