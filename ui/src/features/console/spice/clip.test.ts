import { describe, expect, it } from 'vitest';
import { around, partsAt, within } from './clip';

const box = { top: 10, left: 20, bottom: 110, right: 220 };
const [left, right] = [
  { top: 0, left: 0, bottom: 60, right: 50 },
  { top: 20, left: 200, bottom: 30, right: 400 },
];

describe('a clipped drawing', () => {
  it('is seen in the parts that its message names', () => {
    const view = new DataView(new ArrayBuffer(24));
    view.setUint8(3, 1);
    view.setUint32(4, 1, true);
    [0, 0, 60, 50].forEach((word, i) => view.setInt32(8 + 4 * i, word, true));
    expect(partsAt(view, 3)).toEqual({ parts: [left], end: 24 });
    expect(partsAt(view, 2)).toEqual({ end: 3 });
  });

  it('is no message when it names more parts than it has, or than there can be', () => {
    const view = new DataView(new ArrayBuffer(64));
    view.setUint8(20, 1);
    view.setUint32(21, 100, true);
    expect(() => partsAt(view, 20)).toThrow(RangeError);
    view.setUint32(21, 0xffffffff, true);
    expect(() => partsAt(view, 20)).toThrow('not SPICE');
  });

  it('is seen within its box', () => {
    const outside = { top: 500, left: 500, bottom: 600, right: 600 };
    const parts = within(box, [left, right, outside]);
    expect(parts).toEqual([
      { top: 10, left: 20, bottom: 60, right: 50 },
      { top: 20, left: 200, bottom: 30, right: 220 },
    ]);
    expect(around(parts)).toEqual({ top: 10, left: 20, bottom: 60, right: 220 });
  });
});
