import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type NextFunction, type Request, type Response, static as serveStatic } from 'express';
import { explorerPage, explorerPolicy, MISSING_EXPLORER } from './explorer-page';

const ASSETS = '/explorer';
const YEAR_MS = 365 * 86_400_000;

/** Where `npm run explorer` puts the bundle: beside what was compiled, whichever folder this file was compiled into. */
function explorerFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'build', 'explorer');
}

/**
 * A page for whoever opens the endpoint in a browser; not in production. Programs, which do not ask for HTML, get what
 * they always get. Apollo's and Nest's own pages load their code from foreign hosts.
 *
 * @param folder where the bundle is
 */
export function useExplorer(app: NestExpressApplication, folder = explorerFolder()): void {
  // The name of the folder below changes with what is in it.
  app.use(ASSETS, serveStatic(folder, { immutable: true, maxAge: YEAR_MS, index: false, redirect: false }));
  app.use('/graphql', (request: Request, response: Response, next: NextFunction) => {
    if (isForExplorer(request)) answerWithPage(folder, request, response).catch(next);
    else next();
  });
}

const isForExplorer = (request: Request): boolean =>
  request.method === 'GET' &&
  request.headers.upgrade === undefined &&
  request.query['query'] === undefined &&
  request.accepts(['json', 'html']) === 'html';

async function answerWithPage(folder: string, request: Request, response: Response): Promise<void> {
  response.set({
    'content-security-policy': explorerPolicy(request.headers.host ?? ''),
    'cache-control': 'no-store',
  });
  const current = await readFile(join(folder, 'current'), 'utf8').catch(() => null);
  if (current === null) response.status(503).type('text/plain').send(MISSING_EXPLORER);
  else response.type('html').send(explorerPage(`${ASSETS}/${current}`));
}
