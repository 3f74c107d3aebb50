/** The build puts the version here. */
export const version: string = '__VERSION__';
