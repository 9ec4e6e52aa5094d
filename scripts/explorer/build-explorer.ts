import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOperations } from './operation-files';

/** The folders and files that the bundle is made of, from the root of the repository. */
const INPUTS = ['web/explorer', 'operations', 'scripts/explorer', 'package-lock.json'];

const WORKERS = {
  'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
};

const FINGERPRINT = /^[0-9a-f]{16}$/;

/** Changes with whatever the bundle is made of. */
async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    const files = input.includes('.') ? [''] : (await readdir(join(root, input))).sort();
    for (const file of files) hash.update(`${input}/${file}\0`).update(await readFile(join(root, input, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Bundles the explorer page into `build/explorer/<fingerprint>`, unless it is there, and notes the fingerprint in
 * `build/explorer/current`. Whoever does it at the same time makes the same files.
 *
 * @returns whether there was something to do
 */
export async function buildExplorer(root: string): Promise<boolean> {
  const folder = join(root, 'build', 'explorer');
  const name = await fingerprint(root);
  const isBuilt = await isThere(join(folder, name));
  if (!isBuilt) {
    await mkdir(folder, { recursive: true });
    const draft = await mkdtemp(join(folder, 'draft-'));
    await bundle(root, draft);
    await rename(draft, join(folder, name)).catch(() => rm(draft, { recursive: true }));
    const older = (await readdir(folder)).filter((entry) => FINGERPRINT.test(entry) && entry !== name);
    for (const entry of older) await rm(join(folder, entry), { recursive: true, force: true });
  }
  await writeFile(join(folder, 'current'), name);
  return !isBuilt;
}

async function bundle(root: string, outdir: string): Promise<void> {
  // Loaded where it is needed: a start that finds the bundle has no use for it, nor for its process.
  const { build, stop } = await import('esbuild');
  const shared = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
  } as const;
  await build({ ...shared, entryPoints: WORKERS, format: 'iife' });
  await build({
    ...shared,
    entryPoints: { main: 'web/explorer/main.tsx' },
    format: 'esm',
    splitting: true,
    jsx: 'automatic',
    loader: { '.ttf': 'file' },
    define: { ...shared.define, OPERATIONS: JSON.stringify(await readOperations(join(root, 'operations'))) },
  });
  await stop();
}
