import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAudience, type OperationFile } from '../../web/explorer/operations';

const AUDIENCE = /^# For: (\S+)$/m;

/**
 * The documents of a folder in the order of their names, each with the `.json` beside it.
 *
 * @throws Error naming a file that does not say for whom it is
 */
export async function readOperations(folder: string): Promise<OperationFile[]> {
  const files = await readdir(folder);
  const documents = files.filter((file) => file.endsWith('.graphql')).sort();
  return Promise.all(
    documents.map(async (file) => {
      const name = basename(file, '.graphql');
      const query = await readFile(join(folder, file), 'utf8');
      const audience = AUDIENCE.exec(query)?.[1] ?? '';
      if (!isAudience(audience)) throw new Error(`${file} has no line "# For: anybody | USER | ORGANIZER | ORG_ADMIN"`);
      const variables = files.includes(`${name}.json`) ? await readFile(join(folder, `${name}.json`), 'utf8') : '{}';
      return { name, query, variables, audience };
    }),
  );
}
