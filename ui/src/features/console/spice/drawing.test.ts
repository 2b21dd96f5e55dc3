// spice-html5's own drawing, on contexts that remember what they were asked.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Drawing } from './drawing';

type Field = readonly [size: 1 | 2 | 4, value: number];
const one = (...values: number[]): Field[] => values.map((value) => [1, value]);
const four = (...values: number[]): Field[] => values.map((value) => [4, value]);
function pack(...fields: readonly Field[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return view.buffer;
}

let asked: unknown[][] = [];
beforeEach(() => {
  asked = [];
  const context = {
    createImageData: (width: number, height: number) => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height),
    }),
    getImageData: (x: number, y: number, width: number, height: number) => {
      asked.push(['getImageData', x, y, width, height]);
      return { width, height, data: new Uint8ClampedArray(4 * width * height) };
    },
  };
  const made = new Proxy<Record<string, unknown>>(context, {
    get: (target, name: string) =>
      target[name] ??
      ((...args: unknown[]) => asked.push([name, ...args.filter((arg) => typeof arg === 'number')])),
  });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(() => made as never);
});

const BOX = four(10, 20, 14, 28);
/** Of the box, the two columns at its left and the one at its right. */
const PARTS = [...one(1), ...four(2), ...four(0, 0, 100, 22), ...four(12, 27, 13, 500)];
const NONE = one(0);
const head = (clip: readonly Field[], surface = 1): Field[] => [...four(surface), ...BOX, ...clip];

/** A picture of 8 by 4 or more, of which a part is copied into the box. */
function copy(
  clip: readonly Field[],
  from = four(0, 0, 4, 8),
  [width, height]: readonly [number, number] = [8, 4],
): ArrayBuffer {
  const before = head(clip);
  const bytes = pack(...before).byteLength + 4 + 16 + 2 + 1 + 13;
  const mask = [...one(0), ...four(0, 0, 0)];
  const picture = [...four(1, 0), ...one(0, 0), ...four(width, height)];
  const bitmap = [
    ...one(8, 4),
    ...four(width, height, 4 * width, 0),
    ...four(...Array<number>(width * height).fill(0)),
  ];
  return pack(...before, ...four(bytes), ...from, [2, 8], ...one(0), ...mask, ...picture, ...bitmap);
}
const fill = (clip: readonly Field[]): ArrayBuffer =>
  pack(...head(clip), ...one(1), ...four(0xff0000), [2, 8], ...one(0), ...four(0, 0, 0));

function drawing(): Drawing {
  const made = new Drawing(() => undefined);
  made.draw({ type: 314, data: pack(...four(1, 100, 100, 32, 1)) });
  asked = [];
  return made;
}

describe('Drawing', () => {
  it('copies whole what is seen whole', () => {
    drawing().draw({ type: 304, data: copy(NONE) });
    expect(asked).toEqual([['putImageData', 20, 10]]);
  });

  it('copies only the parts that are seen', () => {
    drawing().draw({ type: 304, data: copy(PARTS) });
    expect(asked).toEqual([
      ['putImageData', 20, 10, 0, 0, 2, 4],
      ['putImageData', 20, 10, 7, 2, 1, 1],
    ]);
  });

  it('copies from where it is told, and nothing beside it', () => {
    drawing().draw({ type: 304, data: copy(NONE, four(1, 3, 5, 11), [16, 8]) });
    expect(asked).toEqual([['putImageData', 17, 9, 3, 1, 8, 4]]);
  });

  it('fills and moves only what is seen', () => {
    const made = drawing();
    made.draw({ type: 302, data: fill(PARTS) });
    const clipped = ['save', 'beginPath', 'rect', 'rect', 'clip'];
    expect(asked.map(([name]) => name)).toEqual([...clipped, 'fillRect', 'restore']);
    asked = [];
    made.draw({ type: 104, data: pack(...head(PARTS), ...four(0, 0)) });
    expect(asked.map(([name]) => name).filter((name) => name !== 'putImageData')).toEqual([
      'getImageData',
      ...clipped,
      'drawImage',
      'restore',
    ]);
  });

  it.each([
    ['a stride of gigabytes', 28, 0xffffffff],
    ['a width that no screen has', 10, 0xffffffff],
    ['a bitmap larger than any screen', 20, 0x7fffffff],
  ])('ends at %s, and reads nothing of it', (_, at, value) => {
    const data = copy(NONE);
    const picture = new DataView(data).getUint32(21, true);
    new DataView(data).setUint32(picture + at, value, true);
    expect(() => drawing().draw({ type: 304, data })).toThrow('not SPICE');
    expect(asked).toEqual([]);
  });

  it('ends at more surfaces than there can be, and at pictures larger than any', () => {
    const made = drawing();
    const create = (id: number, side: number): void =>
      made.draw({ type: 314, data: pack(...four(id, side, side, 32, 0)) });
    expect(() => create(2, 100_000)).toThrow('not SPICE');
    expect(() => {
      for (let id = 2; id < 2000; id++) create(id, 1);
    }).toThrow('not SPICE');
  });
});
