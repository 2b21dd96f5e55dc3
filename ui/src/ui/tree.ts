// The visible lines of a tree, and what keys do among them. Pure, so that it is tested without a document.

export type TreeNode<D> = { id: string; label: string; data: D; children?: readonly TreeNode<D>[] };
export type TreeLine<D> = {
  node: TreeNode<D>;
  level: number;
  parent: string | null;
  position: number;
  siblings: number;
};

export function treeLines<D>(nodes: readonly TreeNode<D>[], closed: ReadonlySet<string>): TreeLine<D>[] {
  const out: TreeLine<D>[] = [];
  const walk = (list: readonly TreeNode<D>[], level: number, parent: string | null): void => {
    list.forEach((node, i) => {
      out.push({ node, level, parent, position: i + 1, siblings: list.length });
      if (node.children && !closed.has(node.id)) walk(node.children, level + 1, node.id);
    });
  };
  walk(nodes, 1, null);
  return out;
}

export type TreeStep = { to: string } | { close: string } | { open: string };

/** What an arrow, Home or End means on the line `id`. */
export function treeStep<D>(
  lines: readonly TreeLine<D>[],
  closed: ReadonlySet<string>,
  id: string,
  key: string,
): TreeStep | undefined {
  const at = lines.findIndex((line) => line.node.id === id);
  const line = lines[at];
  const to = (target: TreeLine<D> | undefined): TreeStep | undefined => target && { to: target.node.id };
  switch (key) {
    case 'ArrowDown':
      return to(lines[at + 1]);
    case 'ArrowUp':
      return to(lines[at - 1]);
    case 'Home':
      return to(lines[0]);
    case 'End':
      return to(lines.at(-1));
    case 'ArrowRight':
      if (!line?.node.children) return undefined;
      return closed.has(id) ? { open: id } : to(line.node.children.length > 0 ? lines[at + 1] : undefined);
    case 'ArrowLeft':
      if (line?.node.children && !closed.has(id)) return { close: id };
      return line?.parent ? { to: line.parent } : undefined;
    default:
      return undefined;
  }
}

/** The next line whose label starts with the typed text, after `id`, going round. */
export function treeMatch<D>(
  lines: readonly TreeLine<D>[],
  id: string | null,
  typed: string,
): string | undefined {
  const wanted = typed.toLowerCase();
  const start = lines.findIndex((line) => line.node.id === id) + (typed.length > 1 ? 0 : 1);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[(Math.max(0, start) + i) % lines.length];
    if (line?.node.label.toLowerCase().startsWith(wanted)) return line.node.id;
  }
  return undefined;
}
