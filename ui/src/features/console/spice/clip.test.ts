import { describe, expect, it } from 'vitest';
import { headOf, Pen, within } from './clip';

const bytes = (...words: number[]): DataView => {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => view.setInt32(4 * i, word, true));
  return view;
};

/** Remembers what it was asked, as a context would do it. */
function context() {
  const asked: unknown[][] = [];
  const call =
    (name: string) =>
    (...args: unknown[]): void =>
      void asked.push([name, ...args]);
  const names = ['putImageData', 'fillRect', 'drawImage', 'save', 'restore', 'beginPath', 'rect', 'clip'];
  const made = Object.fromEntries(names.map((name) => [name, call(name)]));
  return { asked, made: made as unknown as CanvasRenderingContext2D };
}
const picture = {} as ImageData;
const [box, left, right] = [
  { top: 10, left: 20, bottom: 110, right: 220 },
  { top: 0, left: 0, bottom: 60, right: 50 },
  { top: 20, left: 200, bottom: 30, right: 400 },
];

describe('a clipped drawing', () => {
  it('is seen in the parts that its message names', () => {
    const view = new DataView(new ArrayBuffer(25 + 16));
    [3, 10, 20, 110, 220].forEach((word, i) => view.setInt32(4 * i, word, true));
    view.setUint8(20, 1);
    view.setUint32(21, 1, true);
    [0, 0, 60, 50].forEach((word, i) => view.setInt32(25 + 4 * i, word, true));
    expect(headOf(view)).toEqual({ surface: 3, box, parts: [left], end: 41 });
    expect(headOf(bytes(3, 10, 20, 110, 220, 0))).toEqual({ surface: 3, box, end: 21 });
  });

  it('is no message when it names more parts than it has, or than there can be', () => {
    const view = new DataView(new ArrayBuffer(64));
    view.setUint8(20, 1);
    view.setUint32(21, 100, true);
    expect(() => headOf(view)).toThrow(RangeError);
    view.setUint32(21, 0xffffffff, true);
    expect(() => headOf(view)).toThrow('not SPICE');
  });

  it('puts of a picture only what is seen, from where it begins', () => {
    const { asked, made } = context();
    const outside = { top: 500, left: 500, bottom: 600, right: 600 };
    new Pen(made, within(box, [left, right, outside]), { x: 5, y: 0 }).putImageData(picture, 20, 10);
    expect(asked).toEqual([
      ['putImageData', picture, 15, 10, 5, 0, 30, 50],
      ['putImageData', picture, 15, 10, 185, 10, 20, 10],
    ]);
  });

  it('fills only what is seen, and leaves the context as it was', () => {
    const { asked, made } = context();
    new Pen(made, within(box, [left])).fillRect(20, 10, 200, 100);
    expect(asked.map(([name]) => name)).toEqual(['save', 'beginPath', 'rect', 'clip', 'fillRect', 'restore']);
    expect(asked[2]).toEqual(['rect', 20, 10, 30, 50]);
  });
});
