import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import reactHooks from 'eslint-plugin-react-hooks'
import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

const banned = (object, property, message) => ({ object, property, message })

export default defineConfig(
  globalIgnores([
    'node_modules/',
    'dist/',
    'build/',
    'native/build/',
    'coverage/',
    '.anneal/',
    'src/store/generated/',
    'clients/typescript/dist/',
    'clients/typescript/src/schema.ts',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/require-await': 'off',
      'max-params': ['error', 5],
      '@typescript-eslint/unbound-method': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/web/**'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    // Expressions meet text that users send: none may take more than linear time.
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    files: ['src/bin/**', 'scripts/**', 'bench/**'],
    languageOptions: {
      globals: {
        performance: 'readonly',
        process: 'readonly',
        setImmediate: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['src/zoo/**', 'src/data/**', 'src/train/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        banned('Math', 'random', 'Randomness comes from an Rng that is passed in.'),
        banned('Date', 'now', 'Time comes from the caller.'),
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/bin/**', 'src/config.ts', 'src/web/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only bin/ and config.ts read the environment.',
        },
      ],
    },
  },
  {
    files: ['src/store/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only bin/ and config.ts read the environment.',
        },
        {
          selector: "CallExpression[callee.property.name='findUnique'][callee.object.object.name='prisma']",
          message: 'Prisma joins those of one tick into one query, of several teams too: use findFirst.',
        },
      ],
    },
  },
  {
    files: ['examples/*/predict.js'],
    languageOptions: { globals: { document: 'readonly', Image: 'readonly' } },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        setImmediate: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        fetch: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
)
