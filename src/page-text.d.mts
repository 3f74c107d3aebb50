import type { Plugin } from 'vitest/config';

export function pageText(): Plugin;
