import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { readdirSync } from 'node:fs';

const features = (() => {
  try {
    return readdirSync(new URL('./src/features', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
})();

const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only src/host/tauri.ts knows Tauri; everything else goes through host/.',
};
const restrict = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns: [tauri, ...patterns] }],
});

/** The layers, lowest first: lib <- ui <- stores, host <- features <- App. */
const boundaries = [
  { files: ['src/**/*.{ts,svelte}'], ignores: ['src/host/tauri.ts'], rules: restrict() },
  {
    files: ['src/lib/**/*.{ts,svelte}'],
    rules: restrict({
      regex: '/(features|stores|host|generated|ui)(/|$)',
      message: 'lib/ stands alone: no components, no stores, no domain.',
    }),
  },
  {
    files: ['src/ui/**/*.{ts,svelte}'],
    rules: restrict({
      regex: '/(features|stores|host|generated)(/|$)',
      message: 'ui/ has no domain: it takes view models as props.',
    }),
  },
  ...features.map((name) => ({
    files: [`src/features/${name}/**/*.{ts,svelte}`],
    rules: restrict({
      regex: `(^|/)(${features.filter((other) => other !== name).join('|') || '\\0'})/|features/(?!${name}(/|$))`,
      message: 'Features do not import each other: share through stores/, ui/ or lib/.',
    }),
  })),
];

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/generated/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
  },
  {
    rules: {
      // Collections here are values that are replaced, never mutated in place: reactive ones would only cost.
      'svelte/prefer-svelte-reactivity': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['scripts/**', 'gallery/**'], rules: { 'no-console': 'off' } },
  ...boundaries,
);
