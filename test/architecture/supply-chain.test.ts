import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { reaches } from '../support/versions';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
const manifest = json<Manifest>('package.json');
const { packages } = json<{ packages: Record<string, Locked> }>('package-lock.json');
const locked = Object.entries(packages).filter(([path]) => path !== '');
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Below these a package has a known hole; `npm audit` needs a registry that answers it. */
const FLOORS: Readonly<Record<string, { readonly floor: string; readonly why: string }>> = {
  '@apollo/server': { floor: '5.5.0', why: 'GHSA-9q82-xgwf-vj6h: cross-site reads; CVE-2026-23897' },
  '@nestjs/core': { floor: '12.0.2', why: 'CVE-2026-102281' },
  '@nestjs/common': { floor: '12.0.2', why: 'CVE-2026-102281' },
  graphql: { floor: '16.15.0', why: 'overlapping fragments validate in quadratic time' },
  mongoose: { floor: '9.9.3', why: 'CVE-2026-125120, CVE-2026-42334: filters that are not sanitised' },
  nodemailer: { floor: '10.0.5', why: 'CVE-2026-90776: quadratic parsing of addresses' },
};

describe('what the service is built from', () => {
  it('has a lockfile in which every package comes from a registry, with a checksum', () => {
    // Without `resolved` npm asks the registry that the machine is set up for: no git, no file, no foreign host.
    const foreign = locked.filter(
      ([, { resolved, integrity, link, inBundle }]) =>
        link !== true && inBundle !== true && (resolved !== undefined || !/^sha512-/.test(integrity ?? '')),
    );
    expect(foreign.map(([path]) => path)).toEqual([]);
  });

  it('names exact versions', () => {
    const { dependencies, devDependencies, overrides } = manifest;
    const versions = [dependencies, devDependencies, overrides].flatMap((list) => Object.values(list));
    const flat = versions.flatMap((version) => (typeof version === 'string' ? [version] : Object.values(version)));
    const loose = flat.filter((version) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it.each(Object.entries(FLOORS))('has no %s with a known hole', (name, { floor }) => {
    const versions = locked.filter(([path]) => nameOf(path) === name).map(([, { version = '0' }]) => version);
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter((version) => !reaches(version, floor))).toEqual([]);
  });

  it('would notice one', () => {
    expect(reaches('16.14.2', '16.15.0')).toBe(false);
    expect(reaches('5.5.0', '5.5.0')).toBe(true);
    expect(reaches('9.10.0', '9.9.3')).toBe(true);
  });

  it('has decided about every package that wants to run a script when it is installed', () => {
    const wanting = locked
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => nameOf(path));
    expect(wanting.filter((name) => manifest.allowScripts[name] !== false)).toEqual([]);
  });

  it('ships few packages', () => {
    expect(locked.filter(([, { dev }]) => dev !== true).length).toBeLessThan(380);
  });

  it('can be listed for an auditor: a bill of materials', () => {
    const sbom = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
    const { bomFormat, components } = JSON.parse(sbom) as { bomFormat: string; components: { name: string }[] };
    expect(bomFormat).toBe('CycloneDX');
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
  });
});

/** Things that look like a secret and were put there by somebody who forgot. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  'private key': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{40,}/,
  'cloud key': /\bAKIA[0-9A-Z]{16}\b/,
  'token of a code host': /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  'database password': /mongodb(?:\+srv)?:\/\/[^\s:@/'"`$]+:(?!hunter2@|p@)[^\s@/'"`$]+@/,
  'signed token': /\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}/,
};
const secretsIn = (text: string): readonly string[] => Object.keys(SECRETS).filter((name) => SECRETS[name]!.test(text));

describe('the repository', () => {
  it('holds no secret', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
    const found = files
      .filter((file) => !/\.(png|lock)$/.test(file) && !file.startsWith('test/fixtures/'))
      .flatMap((file) => secretsIn(readIfThere(file)).map((name) => `${file}: ${name}`));
    expect(found).toEqual([]);
  });

  it('would notice one', () => {
    expect(secretsIn(`mongodb://root:${'correct-horse'}@db.example.org/`)).toEqual(['database password']);
    expect(secretsIn(`AKIA${'ABCDEFGHIJKLMNOP'}`)).toEqual(['cloud key']);
  });
});

/** A file may just be on its way out of the working tree. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
