import type { UserConfig, UserTask } from './workspace/config-schema.ts';

export type { UserConfig, UserTask };

/** Gives the config back as it is: for the types of its keys in an editor, in `reprise.config.ts` and its like. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}
