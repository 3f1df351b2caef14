import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist/**', 'dist-gallery/**', 'dist-watch/**', 'watch/**', 'src/words/catalogue/**', 'src/bindings/**', 'vite.watch.config.ts'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // TypeScript knows the names.
      'no-undef': 'off',
    },
  },
  {
    // Only one folder knows that there is a Tauri: everything else is drawn and tested without it.
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    ignores: ['src/platform/**', 'src/bindings/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@tauri-apps/*', '**/bindings/commands*'], message: 'Only src/platform/ speaks to Tauri.', allowTypeImports: true }] },
      ],
    },
  },
);
