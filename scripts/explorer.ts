import { buildExplorer } from './explorer/build-explorer';

/** `npm run explorer`: bundles the page that a browser gets at GET /graphql; `npm start` does so by itself. */
async function main(): Promise<void> {
  if (await buildExplorer(process.cwd())) console.log('The explorer page is bundled.');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
