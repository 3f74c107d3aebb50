export class RecipeSyntaxError extends Error {
  constructor(
    message: string,
    readonly line: string,
  ) {
    super(`${message}: ${line}`);
    this.name = 'RecipeSyntaxError';
  }
}
