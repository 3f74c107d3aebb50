export function makeWorkingDirectory(): string;
export function makeFreshCopy(directory: string): void;
export function removeGenerated(directory: string): void;
export function removeDist(directory: string): void;
