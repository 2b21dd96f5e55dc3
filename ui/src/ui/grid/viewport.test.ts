import { describe, expect, it } from 'vitest';
import { Heights, scrollFor, Slots, windowOf } from './viewport';

// Two groups: head, three rows, head, two rows.
const grouped = new Heights(7, 28, 30, [0, 4]);

describe('positions', () => {
  it('count heads before a line', () => {
    expect([0, 1, 4, 5, 7].map((i) => grouped.top(i))).toEqual([0, 30, 114, 144, 200]);
    expect(grouped.total).toBe(200);
  });
  it('agree with themselves in both directions', () => {
    for (let i = 0; i < 7; i++) {
      expect(grouped.at(grouped.top(i))).toBe(i);
      expect(grouped.at(grouped.top(i + 1) - 1)).toBe(i);
    }
    expect([grouped.at(-50), grouped.at(9999)]).toEqual([0, 6]);
  });
  it('know the head of a line', () => {
    expect([0, 3, 4, 6].map((i) => grouped.headOf(i))).toEqual([0, 0, 4, 4]);
    expect([0, 3, 4].map((i) => grouped.nextHead(i))).toEqual([4, 4, -1]);
    expect(new Heights(3, 28, 30, []).headOf(2)).toBe(-1);
  });
});

describe('the window', () => {
  const many = new Heights(10_000, 28, 30, []);
  it('draws what is in view and eight lines on either side', () => {
    const drawn = windowOf(many, 28 * 100, 28 * 10 - 1, []);
    expect([drawn[0], drawn.at(-1)]).toEqual([92, 117]);
  });
  it('also draws the pinned lines, once and in order', () => {
    const drawn = windowOf(many, 28 * 100, 28 * 10 - 1, [9000, 100, 3, 3, -1]);
    expect([drawn[0], drawn[1], drawn.at(-1)]).toEqual([3, 92, 9000]);
    expect(new Set(drawn).size).toBe(drawn.length);
  });
  it('is empty when there is nothing', () =>
    expect(windowOf(new Heights(0, 28, 30, []), 0, 500, [0])).toEqual([]));
});

describe('scrolling to a line', () => {
  const tall = new Heights(100, 28, 30, [0]);
  it('leaves the position alone when the line is in view', () =>
    expect(scrollFor(tall, 5, 28, 400)).toBeUndefined());
  it('keeps it clear of the stuck head', () => expect(scrollFor(tall, 5, 300, 400)).toBe(tall.top(5) - 30));
  it('brings a lower line to the bottom edge', () =>
    expect(scrollFor(tall, 50, 0, 400)).toBe(tall.top(51) - 400));
});

describe('DOM rows', () => {
  it('stay with their line, and only free ones are taken over', () => {
    const slots = new Slots();
    expect(slots.assign(['a', 'b', 'c'])).toEqual([0, 1, 2]);
    expect(slots.assign(['b', 'c', 'd'])).toEqual([1, 2, 0]);
    expect(slots.assign(['c', 'd', 'e', 'f'])).toEqual([2, 0, 1, 3]);
  });
  it('are refilled where they stand when everything changes', () => {
    const slots = new Slots();
    slots.assign(['a', 'b', 'c']);
    const turned = slots.assign(['b', 'c', 'd']);
    expect(slots.assign(['x', 'y', 'z'])).toEqual(turned);
  });
  it('are taken over by their own kind only', () => {
    const slots = new Slots();
    slots.assign(['head', 'a', 'b'], (i) => (i === 0 ? 'head' : 'row'));
    expect(slots.assign(['c', 'd', 'e'], () => 'row')).toEqual([1, 2, 3]);
    expect(slots.assign(['f', 'other', 'g'], (i) => (i === 1 ? 'head' : 'row'))).toEqual([1, 0, 2]);
  });
  it('stay where they are when no line needs them, and are filled again', () => {
    const slots = new Slots();
    slots.assign([...'abcde']);
    expect(slots.assign(['b', 'x'])).toEqual([1, 2]);
    expect(slots.order).toEqual([0, 1, 2, 3, 4]);
    expect(slots.assign([])).toEqual([]);
    expect(slots.assign([...'vwxyz'])).toEqual([0, 1, 2, 3, 4]);
  });
  it('are never given to two lines', () => {
    const slots = new Slots();
    for (const keys of ['abcdef', 'fghi', 'xyfgab', 'q', 'abcdefghij', 'jihg']) {
      const given = slots.assign([...keys]);
      expect(new Set(given).size).toBe(keys.length);
    }
  });
});
