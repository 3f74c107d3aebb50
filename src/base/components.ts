/**
 * The strongly connected components of a directed graph, each after those it has edges to: without cycles, an order
 * with dependencies first. Depends only on the order of `nodes` and of each node's edges. Edges to others are ignored.
 */
export function stronglyConnected<Node>(nodes: readonly Node[], edgesOf: (node: Node) => readonly Node[]): Node[][] {
  const visits = new Map<Node, Visit<Node>>();
  const isNode = new Set(nodes);
  const components: Node[][] = [];
  const open: Visit<Node>[] = [];
  const path: Visit<Node>[] = [];

  // Tarjan's algorithm with a path of its own in place of recursion: chains may be longer than the call stack.
  const enter = (node: Node): void => {
    const visit: Visit<Node> = { node, index: visits.size, lowest: visits.size, isOpen: true, edges: edgesOf(node).values() };
    visits.set(node, visit);
    open.push(visit);
    path.push(visit);
  };

  const leave = (visit: Visit<Node>): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) parent.lowest = Math.min(parent.lowest, visit.lowest);
    if (visit.lowest !== visit.index) return;
    const component = open.splice(open.lastIndexOf(visit));
    for (const member of component) member.isOpen = false;
    components.push(component.map((member) => member.node));
  };

  for (const start of nodes) {
    if (!visits.has(start)) enter(start);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const next = visit.edges.next();
      if (next.done === true) {
        leave(visit);
        continue;
      }
      const seen = visits.get(next.value);
      if (seen === undefined) {
        if (isNode.has(next.value)) enter(next.value);
      } else if (seen.isOpen) visit.lowest = Math.min(visit.lowest, seen.index);
    }
  }
  return components;
}

interface Visit<Node> {
  readonly node: Node;
  readonly index: number;
  readonly edges: Iterator<Node>;
  lowest: number;
  isOpen: boolean;
}
