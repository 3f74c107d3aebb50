/** What `tmux capture-pane -e` gives, drawn as an SVG of `columns` characters a line. */
export function svgOf(captured, columns) {
  const lines = captured.replace(/\n+$/, '').split('\n');
  const width = columns * cell.width + 2 * margin;
  const height = lines.length * cell.height + 2 * margin;
  const rows = lines.map((line, row) =>
    piecesOf(line)
      .map((piece) => textOf(piece, row))
      .join(''),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<rect width="100%" height="100%" rx="6" fill="#1b1d23"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="14" fill="#d7dae0">
${rows.filter((row) => row !== '').join('\n')}
</g>
</svg>
`;
}

const cell = { width: 8.4, height: 19 };
const margin = 12;
const palette = { 30: '#5c6370', 31: '#ef7480', 32: '#98c379', 33: '#e5c07b', 34: '#6cb6ff', 35: '#c678dd', 36: '#56c8d8', 90: '#7d8590' };

/** Stretches of one style, each with the column where it begins. */
function piecesOf(line) {
  const pieces = [];
  let style = {};
  let column = 0;
  // oxlint-disable-next-line no-control-regex
  for (const [, codes, text] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)/g)) {
    if (text === undefined) style = codes.split(';').map(Number).reduce(styled, style);
    else {
      pieces.push({ ...style, text, column });
      column += [...text].length;
    }
  }
  return pieces;
}

function styled(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, weight: 'bold' };
  if (code === 2) return { ...style, opacity: 0.65 };
  if (code === 22) return { ...style, weight: undefined, opacity: undefined };
  return code === 39 ? { ...style, color: undefined } : { ...style, color: palette[code] ?? style.color };
}

/** As wide as its cells, whatever font there is. */
function textOf({ text, column, color, weight, opacity }, row) {
  const shown = text.trim();
  if (shown === '') return '';
  const first = column + text.length - text.trimStart().length;
  const place = {
    x: round(margin + first * cell.width),
    y: margin + row * cell.height + 14,
    textLength: round([...shown].length * cell.width),
  };
  const attributes = { ...place, fill: color, 'font-weight': weight, opacity };
  const said = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return `<text ${said.map(([name, value]) => `${name}="${value}"`).join(' ')}>${escaped(shown)}</text>`;
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(' ', '\u00a0');
}
