/*
 * The import directions of docs/architecture.md, enforced: argv -> intent -> facts -> verdict ->
 * journaled create -> rollback -> report. Only flows/ joins stages; a stage may import the types of
 * an earlier one, which is why type-only imports are exempt by the rule of each zone's `except`.
 */
const path = require('node:path');

const lib = (folder) => path.join(__dirname, 'lib', folder);

/** A stage may import from its own folder, errors.ts, words/, and what `allowed` names. */
const stage = (folder, ...allowed) => ({
  target: lib(folder),
  from: lib(''),
  except: [folder, 'errors.ts', 'zod.ts', 'words', ...allowed].map((entry) => `./${entry}`),
  message: `${folder}/ may import only: ${[folder, 'errors.ts', 'zod.ts', 'words', ...allowed].join(', ')} (docs/architecture.md)`,
});

const oneDoor = (name, home) => ({ name, message: `only ${home} imports ${name}` });
const doors = {
  undici: 'incus/',
  ora: 'ui/',
  prompts: 'ui/',
  yargs: 'commands/',
  'sql.js': 'sandbox/',
  'openid-client': 'oidc/',
  zod: 'zod.ts',
  'zod/mini': 'zod.ts',
};
const closedDoors = (...open) =>
  Object.entries(doors)
    .filter(([name]) => !open.includes(name))
    .map(([name, home]) => oneDoor(name, home));

module.exports = {
  root: true,
  parser: '@typescript-eslint/parser',
  parserOptions: { ecmaVersion: 2023, sourceType: 'module', project: './tsconfig.json', tsconfigRootDir: __dirname },
  plugins: ['@typescript-eslint', 'import'],
  extends: ['eslint:recommended', 'plugin:@typescript-eslint/recommended'],
  settings: { 'import/resolver': { typescript: { project: './tsconfig.json' } } },
  reportUnusedDisableDirectives: true,
  rules: {
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/no-explicit-any': 'error',
    '@typescript-eslint/no-non-null-assertion': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': 'error',
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    'import/no-default-export': 'error',
    'import/no-cycle': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-console': 'error',
    'no-restricted-imports': ['error', { paths: closedDoors() }],
    // esbuild leaves out what is not used of a namespace, but nothing of an export that is one.
    'no-restricted-syntax': [
      'error',
      { selector: 'ImportDeclaration[source.value=/zod.js$/] > ImportSpecifier[imported.name="z"]', message: "write: import * as z from '../zod.js'" },
    ],
  },
  overrides: [
    {
      files: ['lib/**/*.ts'],
      rules: {
        // `process` is touched in bin/ and world.ts only.
        'no-restricted-globals': ['error', { name: 'process', message: 'only bin/ and world.ts touch the process' }],
        'import/no-restricted-paths': [
          'error',
          {
            zones: [
              stage('intent'),
              stage('incus'),
              stage('remotes', 'intent/intent.ts'),
              stage('facts', 'intent/intent.ts', 'incus', 'remotes/endpoint.ts'),
              stage('checks', 'intent/intent.ts', 'facts/facts.ts', 'facts/capabilities.ts', 'facts/member-keys.ts'),
              stage('verdict', 'intent/intent.ts', 'facts/facts.ts', 'facts/capabilities.ts', 'facts/member-keys.ts', 'checks/check.ts', 'create/plan.ts'),
              stage('journal', 'create/plan.ts'),
              stage('create', 'journal', 'incus', 'intent/intent.ts', 'facts/facts.ts'),
              stage('doctor', 'journal', 'incus', 'create', 'intent/intent.ts', 'facts', 'checks'),
              stage('repair', 'journal', 'incus', 'create', 'doctor'),
              stage('oidc', 'incus/transport.ts'),
              stage('ui', 'report/wrap.ts'),
              stage('sandbox'),
              { target: lib('flows'), from: [lib('commands'), lib('main.ts')], message: 'flows/ does not import backwards' },
              { target: lib('commands'), from: lib('main.ts'), message: 'commands/ does not import backwards' },
            ],
          },
        ],
      },
    },
    {
      // Sentences from what they are given: nothing of another stage but its types, no library.
      files: ['lib/words/**/*.ts'],
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          { patterns: [{ regex: '^(?!\\./)', allowTypeImports: true, message: 'words/ imports types only (docs/architecture.md)' }] },
        ],
      },
    },
    { files: ['lib/world.ts', 'lib/boot/**/*.ts'], rules: { 'no-restricted-globals': 'off' } },
    { files: ['lib/incus/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: closedDoors('undici') }] } },
    { files: ['lib/oidc/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: closedDoors('openid-client') }] } },
    { files: ['lib/ui/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: closedDoors('ora', 'prompts') }] } },
    { files: ['lib/commands/**/*.ts', 'lib/main.ts'], rules: { 'no-restricted-imports': ['error', { paths: closedDoors('yargs') }] } },
    { files: ['lib/zod.ts'], rules: { 'no-restricted-imports': ['error', { paths: closedDoors('zod/mini') }] } },
    { files: ['lib/sandbox/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: closedDoors('sql.js') }] } },
    { files: ['__tests__/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
    {
      files: ['*.js', '*.cjs'],
      parserOptions: { project: null },
      env: { node: true, es2022: true },
      extends: ['plugin:@typescript-eslint/disable-type-checked'],
      rules: { '@typescript-eslint/no-require-imports': 'off' },
    },
  ],
};
