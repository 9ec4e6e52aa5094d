// Nest 12 and a few others ship ES modules only; Jest runs CommonJS, so swc transforms those packages too.
const esmOnly = [
  '@nestjs',
  'jose',
  'zod',
  'temporal-polyfill',
  'temporal-spec',
  'temporal-utils',
  'rrule-temporal',
  'uuid',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'iterare',
  'uid',
  'postal-mime',
  'ical.js',
];

// The MongoDB driver loads node:os with import(), which Jest's CommonJS sandbox refuses and swc rewrites.
const dynamicImport = '(mongoose/node_modules/)?mongodb/lib/runtime_adapters';

const swc = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2023',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

const base = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: [`node_modules/(?!(${esmOnly.join('|')})/|${dynamicImport})`],
  transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest', swc] },
};

/** @type {import('jest').Config} */
module.exports = {
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/test/unit/**/*.test.ts',
        '<rootDir>/test/architecture/**/*.test.ts',
        '<rootDir>/test/simulation/**/*.test.ts',
      ],
    },
    {
      ...base,
      displayName: 'database',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts', '<rootDir>/test/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
};
