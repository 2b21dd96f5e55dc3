import { describe, expect, it } from 'vitest';
import {
  divide,
  fits,
  leaves,
  neighbour,
  nudge,
  place,
  resize,
  sanePanes,
  without,
  type Panes,
} from './panes';

// a | b
//   |---
//   | c
const L: Panes = divide(divide('a', 'a', 'right', 'b'), 'b', 'down', 'c');

describe('panes', () => {
  it('divides the pane that was meant, on the side that was meant', () => {
    expect(leaves(L)).toEqual(['a', 'b', 'c']);
    expect(leaves(divide(L, 'b', 'left', 'd'))).toEqual(['a', 'd', 'b', 'c']);
    expect(place(L).panes).toEqual([
      { id: 'a', box: { x: 0, y: 0, width: 0.5, height: 1 } },
      { id: 'b', box: { x: 0.5, y: 0, width: 0.5, height: 0.5 } },
      { id: 'c', box: { x: 0.5, y: 0.5, width: 0.5, height: 0.5 } },
    ]);
  });

  it('takes nothing twice, nothing beside a pane that is not there, and no fifth', () => {
    expect(divide(L, 'a', 'down', 'c')).toBe(L);
    expect(divide(L, 'x', 'down', 'd')).toBe(L);
    const four = divide(L, 'a', 'down', 'd');
    expect(divide(four, 'a', 'down', 'e')).toBe(four);
  });

  it('gives the place of a closed pane to its neighbour', () => {
    expect(without(L, 'b')).toEqual({ across: true, share: 0.5, first: 'a', second: 'c' });
    expect(leaves(without(L, 'a') ?? '')).toEqual(['b', 'c']);
    expect(without('a', 'a')).toBeUndefined();
    expect(without(L, 'x')).toBe(L);
  });

  it('goes where the arrow points, to the pane with the longest common edge', () => {
    expect(neighbour(L, 'b', 'left')).toBe('a');
    expect(neighbour(L, 'b', 'down')).toBe('c');
    expect(neighbour(L, 'c', 'up')).toBe('b');
    expect(neighbour(resize(L, ['second'], 0.3), 'a', 'right')).toBe('c');
    expect(neighbour(L, 'a', 'left')).toBeUndefined();
    expect(neighbour(L, 'a', 'up')).toBeUndefined();
  });

  it('moves the nearest line of that direction, and never over a pane', () => {
    expect(place(nudge(L, 'c', 'down', 0.1)).bars.map(({ share }) => share)).toEqual([0.5, 0.6]);
    expect(place(nudge(L, 'c', 'left', 0.1)).bars.map(({ share }) => share)).toEqual([0.4, 0.5]);
    expect(place(nudge(L, 'a', 'right', 5)).bars[0]?.share).toBe(0.9);
    expect(nudge(L, 'a', 'up', 0.1)).toBe(L);
  });

  it('knows when the window is too small for all of them', () => {
    expect(fits(place(L), 1056, 594)).toBe(true);
    expect(fits(place(L), 692, 531)).toBe(false);
    expect(fits(place(L), 1056, 380)).toBe(false);
    expect(fits(place('a'), 100, 100)).toBe(true);
  });

  it('reads what was kept, and nothing that would break', () => {
    expect(sanePanes(structuredClone(L))).toEqual(L);
    expect(sanePanes({ across: 'x', share: 'wide', first: 'a', second: 'b' })).toEqual({
      across: true,
      share: 0.5,
      first: 'a',
      second: 'b',
    });
    // the same console twice, nothing, a single one
    expect(sanePanes({ across: true, share: 0.5, first: 'a', second: 'a' })).toBeUndefined();
    for (const odd of [null, 7, 'a', [], {}, { first: 'a' }]) expect(sanePanes(odd)).toBeUndefined();
    let deep: unknown = 'z';
    for (let n = 0; n < 2000; n++) deep = { across: true, share: 0.5, first: `p${n}`, second: deep };
    expect(leaves(sanePanes(deep) ?? '').length).toBeLessThanOrEqual(4);
  });
});
