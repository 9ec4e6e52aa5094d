import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema } from '../src/graphql/build-schema';

/*
 * `npm run schema` writes src/schema.graphql from the code-first classes, without a database; with `--check` it fails
 * when the two differ.
 */
const FILE = join(process.cwd(), 'src', 'schema.graphql');
const HEADER = '# Written by `npm run schema` from the classes in src/graphql. Do not edit.\n\n';

const emit = async (): Promise<string> => `${HEADER}${printSchema(lexicographicSortSchema(await buildSchema()))}\n`;

async function main(): Promise<void> {
  const text = await emit();
  const name = relative(process.cwd(), FILE);
  if (!process.argv.includes('--check')) {
    await writeFile(FILE, text);
    console.log(`${name} is written.`);
    return;
  }
  if ((await readFile(FILE, 'utf8').catch(() => '')) === text) return;
  console.error(`${name} is not what the classes say: run \`npm run schema\` and review the difference.`);
  process.exitCode = 1;
}

void main();
