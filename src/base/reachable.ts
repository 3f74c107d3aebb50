/** All that `starts` lead to over at least one edge; a start is among them only where an edge leads back to it. */
export function reachableFrom<Node>(starts: Iterable<Node>, edgesOf: (node: Node) => readonly Node[]): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const start of starts) for (const next of edgesOf(start)) found.add(next);
  for (const node of found) for (const next of edgesOf(node)) found.add(next);
  return found;
}
