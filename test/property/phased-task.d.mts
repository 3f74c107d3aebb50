export const phases: number;
export function resultOf(at: string): string;
