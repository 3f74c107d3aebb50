/** A style sheet as it is, or a script with all that it imports, as a text to put into a page. */
declare module '*?text' {
  const text: string;
  export default text;
}
