/** The directions of ARCHITECTURE.md: graphql → use-cases → store → platform → domain. Imports only go right. */
const layer = (name, mayNot, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: mayNot.from, ...(mayNot.except ? { pathNot: mayNot.except } : {}) },
  to: { path: mayNot.to },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer(
      'domain-is-leftmost-free',
      { from: '^src/domain', to: '^src/(platform|store|use-cases|graphql)' },
      'domain imports nothing of ours',
    ),
    layer(
      'platform-imports-domain-only',
      { from: '^src/platform', to: '^src/(store|use-cases|graphql)' },
      'platform knows no layer above it',
    ),
    layer(
      'store-imports-platform-and-domain',
      { from: '^src/store', to: '^src/(use-cases|graphql)' },
      'store knows no layer above it',
    ),
    layer('use-cases-do-not-know-the-wire', { from: '^src/use-cases', to: '^src/graphql' }, 'use cases know no wire'),
    layer(
      'graphql-cannot-write',
      { from: '^src/graphql', to: '^src/store/(unit-of-work|.*\\.schema)\\.ts$' },
      'a resolver cannot write',
    ),
    layer(
      'mongoose-only-in-store',
      {
        from: '^src',
        except: '^src/(store/|platform/(mongo|new-id))|^src/app\\.module\\.ts$',
        to: 'node_modules/(mongoose|mongodb|@nestjs/mongoose)/',
      },
      'MongoDB is known by the store, and by the connection in platform',
    ),
    layer(
      'graphql-only-in-graphql',
      {
        from: '^src',
        except: '^src/(graphql/|app\\.module\\.ts$)',
        to: 'node_modules/(graphql|@nestjs/graphql|@nestjs/apollo|@apollo)/',
      },
      'the wire is known by graphql/ alone',
    ),
    {
      name: 'domain-has-few-packages',
      comment: 'domain is pure: a Temporal polyfill, no node: module',
      severity: 'error',
      from: { path: '^src/domain' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'core'],
        pathNot: 'node_modules/(temporal-polyfill|temporal-spec)/',
      },
    },
    {
      name: 'pages-stand-alone',
      comment: 'what runs in a browser knows the service by its API',
      severity: 'error',
      from: { path: '^web' },
      to: { path: '^(src|scripts|test)/' },
    },
    {
      name: 'service-knows-no-page',
      comment: 'the page is bundled; the service serves files',
      severity: 'error',
      from: { path: '^src' },
      to: { path: '^web/|node_modules/(react|react-dom|graphiql|@graphiql|esbuild)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src', pathNot: '^src/(main|telemetry)\\.ts$' },
      to: {},
    },
    { name: 'src-never-imports-test', severity: 'error', from: { path: '^src' }, to: { path: '^(test|scripts)/' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
