/** `TODO` and `FIXME` comments are leftovers. */
export const noLeftovers = {
  meta: { type: 'suggestion', schema: [], messages: { leftover: "'{{word}}' was left in a comment." } },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const word = /\b(?:TODO|FIXME)\b/.exec(comment.value)?.[0];
          if (word !== undefined && comment.type !== 'Shebang' && !isDocumentation(comment)) {
            context.report({ loc: comment.loc, messageId: 'leftover', data: { word } });
          }
        }
      },
    };
  },
};

function isDocumentation(comment) {
  return comment.type === 'Block' && comment.value.startsWith('*');
}
