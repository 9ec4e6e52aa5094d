import { DockerfileParser, Instruction } from 'dockerfile-ast';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { reaches } from '../support/versions';

const read = (file: string): string => readFileSync(file, 'utf8');

interface Step {
  readonly keyword: string;
  readonly text: string;
}

/** The instructions of each stage, the last one last. */
function stagesOf(text: string): readonly (readonly Step[])[] {
  const stages: Step[][] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const step = { keyword: instruction.getKeyword(), text: argumentsOf(instruction) };
    if (step.keyword === 'FROM') stages.push([]);
    stages.at(-1)?.push(step);
  }
  return stages;
}

const argumentsOf = (instruction: Instruction): string =>
  instruction
    .getArguments()
    .map((argument) => argument.getValue())
    .join(' ');

const nameOf = (stage: readonly Step[]): string => / AS (\S+)$/.exec(stage[0]?.text ?? '')?.[1] ?? '';

/** The instructions of a stage, after those of the stages that it starts from. */
function withAncestors(stages: readonly (readonly Step[])[], stage: readonly Step[]): readonly Step[] {
  const parent = stages.find((other) => other !== stage && stage[0]?.text.startsWith(`${nameOf(other)} `));
  return parent === undefined ? stage : [...withAncestors(stages, parent), ...stage];
}

const of = (steps: readonly Step[], keyword: string): readonly string[] =>
  steps.filter((step) => step.keyword === keyword).map(({ text }) => text);

/** Below this Node 24 has a known hole (`security.md` §9). */
const NODE_FLOOR = '24.22.1';

/** What is wrong with a Dockerfile; empty: nothing that we know to look for (`security.md` §10 by number). */
function faultsOf(text: string): readonly string[] {
  const stages = stagesOf(text);
  const shipped = withAncestors(stages, stages.at(-1) ?? []);
  const all = stages.flat();
  const rules: Record<string, boolean> = {
    'the base is an exact version': /^ARG BASE=[a-z]+:\d+\.\d+\.\d+-[a-z-]+(@sha256:[0-9a-f]{64})?$/m.test(text),
    'the base has no known hole': reaches(/^ARG BASE=node:([\d.]+)/m.exec(text)?.[1] ?? NODE_FLOOR, NODE_FLOOR),
    'the page for development does not ship': !of(shipped, 'COPY').some((copy) => copy.includes('explorer')),
    'it is built in several stages': stages.length > 1,
    'every stage starts from the one base or a stage before it': stages.every(([from], at) =>
      ['${BASE}', ...stages.slice(0, at).map(nameOf)].includes(from?.text.split(' ')[0] ?? ''),
    ),
    'packages are installed from the lockfile, without their scripts': of(all, 'RUN').every(
      (run) => !/npm (i|install|add)\b/.test(run) && (!/npm ci/.test(run) || /--ignore-scripts/.test(run)),
    ),
    'no development package ships': of(all, 'RUN').some((run) => /npm ci .*--omit=dev/.test(run)),
    'nothing is run as root, and the user is a number': /^\d{5,}:\d{5,}$/.test(of(shipped, 'USER').at(-1) ?? ''),
    'it starts without a shell': /^ENTRYPOINT \["node"/m.test(text) && of(shipped, 'CMD').length === 0,
    'it says whether it is well, without a shell': /HEALTHCHECK[^[]*CMD \["node"/.test(text),
    'nothing is fetched by ADD': of(all, 'ADD').length === 0,
    'no secret is baked in': [...of(all, 'ARG'), ...of(all, 'ENV')].every(
      (one) => !/KEY|SECRET|PASSWORD|TOKEN/i.test(one),
    ),
    'the context is not copied whole into what ships': of(shipped, 'COPY').every((copy) => !/^\. /.test(copy)),
  };
  return Object.keys(rules).filter((rule) => !rules[rule]);
}

const dockerfile = read('Dockerfile');

describe('the image', () => {
  it('keeps the rules of a small and safe one', () => {
    expect(faultsOf(dockerfile)).toEqual([]);
  });

  it.each([
    ['the base is an exact version', (text: string) => text.replace(/^ARG BASE=.*$/m, 'ARG BASE=node:latest')],
    ['the base has no known hole', (text: string) => text.replace(/^ARG BASE=node:[\d.]+/m, 'ARG BASE=node:24.21.0')],
    ['nothing is run as root, and the user is a number', (text: string) => text.replace(/^USER .*$/m, 'USER node')],
    ['it starts without a shell', (text: string) => text.replace(/^ENTRYPOINT .*$/m, 'ENTRYPOINT node dist/main.js')],
    ['no development package ships', (text: string) => text.replace('--omit=dev ', '')],
    ['nothing is fetched by ADD', (text: string) => `${text}ADD https://example.org/x /x\n`],
    ['no secret is baked in', (text: string) => `${text}ENV ACCESS_TOKEN_KEY=x\n`],
    [
      'the page for development does not ship',
      (text: string) => text.replace('FROM service AS production', 'FROM development AS production'),
    ],
    [
      'every stage starts from the one base or a stage before it',
      (text: string) => text.replace('FROM build AS explorer', 'FROM node AS explorer'),
    ],
    [
      'packages are installed from the lockfile, without their scripts',
      (text: string) => text.replace('npm ci --ignore-scripts', 'npm install'),
    ],
  ])('would not pass otherwise: %s', (rule, spoil) => {
    const spoiled = spoil(dockerfile);
    expect(spoiled).not.toBe(dockerfile);
    expect(faultsOf(spoiled)).toEqual([rule]);
  });

  it('is built from a context of named files: no history, no secrets, no data', () => {
    const lines = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    expect(lines.slice(1).every((line) => line.startsWith('!'))).toBe(true);
    expect(lines.filter((line) => /\.git|\.env|\.data|node_modules/.test(line))).toEqual([]);
  });

  const allowed = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

  it('has every file that its build reads', () => {
    const config = JSON.parse(read('tsconfig.build.json')) as { extends: string; include: string[] };
    expect(allowed).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', 'tsconfig.build.json']));
    expect(allowed).toEqual(expect.arrayContaining([config.extends.replace('./', ''), ...config.include]));
  });

  it('has, for development, the page of GET /graphql where the service looks for it, readable by its user', () => {
    const stages = stagesOf(dockerfile);
    const stage = (name: string) => stages.find((one) => nameOf(one) === name) ?? [];
    expect(of(stage('development'), 'COPY')).toEqual(['/app/build/explorer build/explorer']);
    const context = mkdtempSync(join(tmpdir(), 'happening-context-'));
    try {
      for (const path of allowed) cpSync(path, join(context, path), { recursive: true });
      symlinkSync(resolve('node_modules'), join(context, 'node_modules'));
      for (const command of of(stage('explorer'), 'RUN'))
        execFileSync('sh', ['-ec', command], { cwd: context, stdio: 'pipe' });
      const folder = join(context, 'build', 'explorer');
      const bundle = join(folder, readFileSync(join(folder, 'current'), 'utf8'));
      expect(readdirSync(bundle)).toContain('main.js');
      expect(statSync(bundle).mode & 0o005).toBe(0o005);
      expect(statSync(join(bundle, 'main.js')).mode & 0o004).toBe(0o004);
    } finally {
      rmSync(context, { recursive: true });
    }
  });
});

/** What is on top of the base: packages without what the Dockerfile deletes of them, and our own code, which is small. */
const BUDGET_BYTES = 110 * 1024 * 1024;
const DELETED = /\.(d\.[mc]?ts|map|md|tsbuildinfo)$/;

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue; // a package of its own in the lockfile
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += bytesBelow(path);
    else if (entry.isFile() && !DELETED.test(entry.name)) bytes += statSync(path).size;
  }
  return bytes;
}

describe('the size of the image', () => {
  it(`stays within ${BUDGET_BYTES / 1024 / 1024} MiB on top of its base`, () => {
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
    const shipped = Object.entries(packages).filter(
      ([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true,
    );
    const sizes = shipped.flatMap(([path]) => {
      const there = statSync(path, { throwIfNoEntry: false }) !== undefined; // other platforms' builds are not
      return there ? [bytesBelow(path)] : [];
    });
    expect(sizes.length).toBeGreaterThan(100);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET_BYTES);
  });
});
