type Skip = (path: string) => boolean;

export function isVolatile(path: string): boolean;
export function readTree(directory: string, options?: { readonly skip?: Skip }): Map<string, string>;
export function readStamps(directory: string, options?: { readonly skip?: Skip }): Map<string, string>;
export function differences(was: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[];
