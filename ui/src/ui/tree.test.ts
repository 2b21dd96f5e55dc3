import { describe, expect, it } from 'vitest';
import { treeLines, treeMatch, treeStep, type TreeNode } from './tree';

const leaf = (id: string): TreeNode<null> => ({ id, label: id, data: null });
const nodes: TreeNode<null>[] = [
  { ...leaf('Amsterdam'), children: [leaf('ams-1'), leaf('ams-2')] },
  { ...leaf('Lab'), children: [] },
];
const open = new Set<string>();
const lines = treeLines(nodes, open);
const step = (id: string, key: string, closed: ReadonlySet<string> = open) =>
  treeStep(treeLines(nodes, closed), closed, id, key);

describe('the tree', () => {
  it('shows the children of open nodes with their level and position', () => {
    expect(lines.map((l) => [l.node.id, l.level, l.position, l.siblings])).toEqual([
      ['Amsterdam', 1, 1, 2],
      ['ams-1', 2, 1, 2],
      ['ams-2', 2, 2, 2],
      ['Lab', 1, 2, 2],
    ]);
    expect(treeLines(nodes, new Set(['Amsterdam'])).map((l) => l.node.id)).toEqual(['Amsterdam', 'Lab']);
  });
  it('opens, enters, leaves and closes with the arrows', () => {
    const closed = new Set(['Amsterdam']);
    expect(step('Amsterdam', 'ArrowRight', closed)).toEqual({ open: 'Amsterdam' });
    expect(step('Amsterdam', 'ArrowRight')).toEqual({ to: 'ams-1' });
    expect(step('ams-2', 'ArrowLeft')).toEqual({ to: 'Amsterdam' });
    expect(step('Amsterdam', 'ArrowLeft')).toEqual({ close: 'Amsterdam' });
    expect(step('Lab', 'ArrowRight')).toBeUndefined();
    expect([step('ams-1', 'End'), step('Lab', 'ArrowDown'), step('Lab', 'ArrowUp')]).toEqual([
      { to: 'Lab' },
      undefined,
      { to: 'ams-2' },
    ]);
  });
  it('finds the next line by its letters, going round', () => {
    expect(treeMatch(lines, 'Amsterdam', 'a')).toBe('ams-1');
    expect(treeMatch(lines, 'ams-2', 'a')).toBe('Amsterdam');
    expect(treeMatch(lines, 'Amsterdam', 'ams-2')).toBe('ams-2');
    expect(treeMatch(lines, null, 'x')).toBeUndefined();
  });
});
