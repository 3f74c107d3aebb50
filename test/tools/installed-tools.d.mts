export function installTools(directory: string): void;
