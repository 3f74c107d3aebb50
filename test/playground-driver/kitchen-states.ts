import type { SourceState } from './kitchen.ts';

/** Two states of every package's sources. From one to the other a file changes, one comes and one goes. */
export const stateA: SourceState = {
  files: {
    'packages/recipe/src/only-a.ts': "export const only = 'a';\n",
    'packages/scale/src/only-a.ts': "export const only = 'a';\n",
    'packages/format/src/only-a.ts': "export const only = 'a';\n",
    'packages/icons/svg/alpha.svg': '<svg viewBox="0 0 24 24">\n  <path d="M1 1 H9" />\n</svg>\n',
    'packages/widget/src/only-a.js': "export const only = 'a';\n",
    'packages/app/public/only-a.txt': 'a\n',
    'packages/unit/tests/only-a.test.ts': "import { test } from 'vitest';\n\ntest('a', () => {});\n",
    'packages/units/only-a.mjs': "export const only = 'a';\n",
  },
  edits: {
    'packages/widget/src/widget.js': [
      '  element.replaceChildren(',
      '  void import(/* webpackChunkName: "a" */ \'./only-a.js\');\n  element.replaceChildren(',
    ],
  },
};

export const stateB: SourceState = {
  files: {
    'packages/recipe/src/only-b.ts': "export const only = 'b';\n",
    'packages/scale/src/only-b.ts': "export const only = 'b';\n",
    'packages/format/src/only-b.ts': "export const only = 'b';\n",
    'packages/icons/svg/beta.svg': '<svg viewBox="0 0 24 24">\n  <path d="M2 2 H9" />\n</svg>\n',
    'packages/widget/src/only-b.js': "export const only = 'b';\n",
    'packages/app/public/only-b.txt': 'b\n',
    'packages/unit/tests/only-b.test.ts': "import { test } from 'vitest';\n\ntest('b', () => {});\n",
    'packages/units/only-b.mjs': "export const only = 'b';\n",
  },
  edits: {
    'packages/units/units.json': ['"factor": 28.3495 }', '"factor": 28.35 }'],
    'packages/recipe/src/parse-recipe.ts': ["'not a heading'", "'no heading'"],
    'packages/scale/src/rounding.ts': ['Math.round(amount / 5) * 5', '5 * Math.round(amount / 5)'],
    'packages/format/src/format-amount.ts': ["'¾'", "'3/4'"],
    'packages/badge/src/colour.ts': ['#2e7d32', '#1b5e20'],
    'packages/widget/src/servings-picker.js': ["'1'", "'2'"],
    'packages/widget/src/widget.js': [
      '  element.replaceChildren(',
      '  void import(/* webpackChunkName: "b" */ \'./only-b.js\');\n  element.replaceChildren(',
    ],
    'packages/app/src/colours.css': ['#4e342e', '#3e2723'],
    'packages/app/src/assets/soup.txt': ['# Tomato soup', '# Leek soup'],
  },
};
