import { defineConfig, mergeConfig } from 'vitest/config';
import all from './vitest.config.ts';

/** While one works: all that `npm test` has, but for the files that take most of its time. `npm run test:quick`. */
const thorough = [
  'absences',
  'adopting',
  'cache-command',
  'changed-during-run',
  'compound',
  'environment',
  'environment-bytes',
  'executed-configs',
  'faults',
  'git',
  'inputs',
  'links',
  'listings',
  'modified-inputs',
  'nested-steps',
  'own-paths',
  'programs',
  'reported',
  'restore',
  'users-work',
  'variables',
  'vite',
];

// oxlint-disable-next-line import/no-default-export -- vitest asks for it
export default mergeConfig(all, defineConfig({ test: { exclude: thorough.map((name) => `test/behaviour/${name}.test.ts`) } }));
