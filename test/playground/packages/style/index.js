import js from '@eslint/js';
import globals from 'globals';
import { noLeftovers } from './rules/no-leftovers.js';

const kitchen = { meta: { name: '@kitchen/style' }, rules: { 'no-leftovers': noLeftovers } };

/** The house style, for an `eslint.config.js`. */
export const kitchenStyle = [
  { ignores: ['**/dist/', '**/generated/'] },
  js.configs.recommended,
  {
    plugins: { kitchen },
    rules: { 'kitchen/no-leftovers': 'error', eqeqeq: 'error', 'prefer-const': 'error' },
  },
  { files: ['packages/units/**', 'packages/style/**'], languageOptions: { globals: globals.node } },
  { files: ['packages/widget/src/**'], languageOptions: { globals: globals.browser } },
];
