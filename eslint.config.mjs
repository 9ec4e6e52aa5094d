import tseslint from 'typescript-eslint';

const clockFree = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take the time from the injected Clock.',
  },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take the time from the injected Clock.',
  },
];
const envFree = [
  { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'Read it in platform/env.ts.' },
];

export default tseslint.config(
  { ignores: ['dist', 'build', 'coverage', 'node_modules', '.data'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      // Three for a function; a constructor names its collaborators, up to six (the rule cannot tell them apart).
      'max-params': ['error', 6],
      'max-lines': ['error', { max: 260, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 55, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...clockFree, ...envFree],
    },
  },
  { files: ['src/platform/clock.ts'], rules: { 'no-restricted-syntax': ['error', ...envFree] } },
  { files: ['src/platform/env.ts'], rules: { 'no-restricted-syntax': ['error', ...clockFree] } },
  { files: ['scripts/**/*.ts', 'test/bench/**/*.ts', 'test/faults/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['src/domain/**/*.ts', 'src/use-cases/**/*.ts', 'src/graphql/**/*.ts', 'src/store/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['*/index', './index'], message: 'No barrel files.' }],
          paths: [
            ...['async_hooks', 'node:async_hooks'].map((name) => ({
              name,
              message: 'On Node 20 every promise of the process pays for it: hand the value on.',
            })),
            {
              name: '@nestjs/graphql',
              importNames: ['Mutation'],
              message: 'Ours makes refusals data: graphql/mutation.decorator.ts.',
            },
          ],
        },
      ],
    },
  },
  { files: ['src/graphql/mutation.decorator.ts'], rules: { 'no-restricted-imports': 'off' } },
);
