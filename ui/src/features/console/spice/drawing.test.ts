// What comes onto the screen of what a display draws, and when.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostError } from '../../../host';
import { DISPLAY_CAPS, displayInit, Drawing } from './drawing';
import { base, bitmap, bytes, copy, create, fill, jpeg, picture, seeingCanvas, wordsOf } from './testing';

const [A, B, C, D] = [0x112233, 0x445566, 0x778899, 0xaabbcc];
const [W, H] = [4, 2];
const ALL = [0, 0, H, W] as const;

/** JPEGs of the browser: each is read when the test says so, as all of that colour; or cannot be read. */
type Reading = { as: (colour: number) => Promise<void>; fails: () => Promise<void> };
let readings: Reading[] = [];
beforeEach(() => {
  seeingCanvas();
  readings = [];
  vi.stubGlobal('createImageBitmap', async (blob: Blob) => {
    const view = new DataView(await blob.arrayBuffer());
    const [height, width] = [view.getUint16(7), view.getUint16(9)];
    return new Promise((done, fail) => {
      const passed = (): Promise<void> => new Promise((go) => setTimeout(go));
      readings.push({
        as: (colour) => {
          const words = Array<number>(width * height).fill(colour);
          done({ width, height, words, close: () => undefined });
          return passed();
        },
        fails: () => {
          fail(new Error('no picture'));
          return passed();
        },
      });
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

function drawing(width = W, height = H) {
  let canvas: HTMLCanvasElement | undefined;
  const painted = vi.fn();
  const made = new Drawing({ onpicture: (one) => (canvas = one), onpainted: painted });
  const replies: { type: number; words: number[] }[] = [];
  made.reply = (type, body) => replies.push({ type, words: [...new Uint32Array(body)] });
  const draw = (type: number, data: ArrayBuffer): void | Promise<void> => made.draw({ type, data });
  void draw(314, create(0, width, height));
  const shows = (): number[] => {
    made.paint();
    return wordsOf(canvas);
  };
  return { made, draw, shows, painted, replies, canvas: () => canvas };
}
const COPY = 304;
const FILL = 302;
const lossy = (box: readonly [number, number, number, number], flags = 0): ArrayBuffer => {
  const [width, height] = [box[3] - box[1], box[2] - box[0]];
  const packed = jpeg(width, height);
  return copy(box, picture(105, width, height, { flags, id: 77 }).u32(packed.length).raw(packed), {
    area: [0, 0, height, width],
  });
};
const read = (count: number): Promise<unknown> => vi.waitFor(() => expect(readings.length).toBe(count));

describe('the order', () => {
  it('is that in which it came: what comes after a JPEG lies over it', async () => {
    const { draw, shows } = drawing();
    const first = draw(COPY, lossy(ALL));
    const second = draw(FILL, fill([0, 0, 1, 2], A));
    expect(shows().some((word) => word === A)).toBe(false);
    await read(1);
    await readings[0]?.as(B);
    await Promise.all([first, second]);
    expect(shows()).toEqual([A, A, B, B, B, B, B, B]);
  });

  it('is kept when a later JPEG is read before an earlier one', async () => {
    const { draw, shows } = drawing();
    const all = [draw(COPY, lossy(ALL)), draw(COPY, lossy([0, 0, 2, 2])), draw(FILL, fill([0, 0, 1, 1], C))];
    await read(2);
    await readings[1]?.as(B);
    expect(shows().some((word) => word !== 0)).toBe(false);
    await readings[0]?.as(A);
    await Promise.all(all);
    expect(shows()).toEqual([C, B, A, A, B, B, A, A]);
  });

  it('waits only where something is waited for', () => {
    const { draw, shows } = drawing();
    expect(draw(FILL, fill(ALL, A))).toBeUndefined();
    expect(shows()).toEqual(Array(8).fill(A));
  });

  it('goes on when a JPEG is none', async () => {
    const { made, draw, shows } = drawing();
    const all = [draw(COPY, lossy(ALL)), draw(FILL, fill([0, 0, 1, 1], A))];
    await read(1);
    await readings[0]?.fails();
    await Promise.all(all);
    expect(shows()[0]).toBe(A);
    expect([...made.undrawn]).toEqual([['JPEG', 1]]);
  });

  it('counts as taken what is drawn, and nothing before', async () => {
    const { draw } = drawing();
    let taken = 0;
    for (const data of [lossy(ALL), fill(ALL, A), fill(ALL, B)])
      void (draw(data.byteLength > 60 ? COPY : FILL, data) as Promise<void>).then(() => taken++);
    await read(1);
    expect(taken).toBe(0);
    await readings[0]?.as(C);
    expect(taken).toBe(3);
  });

  it('keeps no more than a display sends that heeds acknowledgements, and reads no more ahead than a few', async () => {
    const { draw } = drawing();
    expect(() => {
      for (let i = 0; i < 5000; i++) void draw(COPY, lossy(ALL));
    }).toThrow('not SPICE');
    await read(8);
    await new Promise((go) => setTimeout(go, 5));
    expect(readings.length).toBe(8);
  });

  it('ends with the display: what waited is never drawn', async () => {
    const { made, draw, shows } = drawing();
    void draw(COPY, lossy(ALL));
    await read(1);
    made.close();
    await readings[0]?.as(A);
    expect(shows().some((word) => word === A)).toBe(false);
  });

  it('tells of a message that is none, wherever it waited', async () => {
    const { draw } = drawing();
    void draw(COPY, lossy(ALL));
    const bad = copy(ALL, picture(101, W, H).u32(4).u32(0));
    const refused = expect(draw(COPY, bad)).rejects.toThrow('not SPICE');
    await read(1);
    await readings[0]?.as(A);
    await refused;
    expect(() => drawing().draw(COPY, bad)).toThrow('not SPICE');
  });
});

describe('the screen', () => {
  it('is painted once a frame, however much is drawn, and seldom where it is not seen', async () => {
    const frames = vi.spyOn(window, 'requestAnimationFrame');
    const { draw, painted, canvas } = drawing();
    document.body.append(canvas() ?? '');
    for (let i = 0; i < 50; i++) void draw(FILL, fill(ALL, i));
    await vi.waitFor(() => expect(painted).toHaveBeenCalled());
    expect([painted.mock.calls.length, frames.mock.calls.length]).toEqual([1, 1]);
    canvas()?.remove();
    void draw(FILL, fill(ALL, A));
    await vi.waitFor(() => expect(painted).toHaveBeenCalledTimes(2));
    expect(frames).toHaveBeenCalledTimes(1);
  });

  it('shows what was drawn last before it went', () => {
    const { made, draw, canvas } = drawing();
    void draw(FILL, fill(ALL, A));
    made.close();
    expect(wordsOf(canvas())).toEqual(Array(8).fill(A));
  });

  it('begins anew with another size, and black after a reset', () => {
    const { draw, shows, canvas } = drawing();
    void draw(FILL, fill(ALL, A));
    const before = canvas();
    void draw(315, bytes().u32(0).data());
    void draw(FILL, fill(ALL, B));
    void draw(314, create(0, 1, 1));
    void draw(FILL, fill(ALL, C));
    expect(canvas()).not.toBe(before);
    expect(shows()).toEqual([C]);
    void draw(103, new ArrayBuffer(0));
    expect(shows()).toEqual([0]);
  });

  it('is told at the beginning what is kept here, and what can be drawn', () => {
    const view = new DataView(displayInit());
    expect([view.byteLength, view.getBigInt64(1, true), view.getInt32(10, true)]).toEqual([
      14,
      8n * 1024n * 1024n,
      4 * 1024 * 1024,
    ]);
    expect(DISPLAY_CAPS).toBe(0b11_0011_0001);
  });
});

describe('pictures that are kept', () => {
  const kept = bitmap(W, H, [A, B, C, D, D, C, B, A], { id: 9, flags: 1 });
  const again = (kind = 103): ArrayBuffer => copy(ALL, picture(kind, W, H, { id: 9 }));
  it('come again, until the display says that they are gone', () => {
    const { made, draw, shows } = drawing();
    void draw(COPY, copy(ALL, kept));
    void draw(FILL, fill(ALL, 0));
    void draw(COPY, again());
    expect(shows()).toEqual([A, B, C, D, D, C, B, A]);
    void draw(105, bytes().u16(2).u8(9).u64(9).u8(1).u64(9).data());
    void draw(FILL, fill(ALL, 0));
    void draw(COPY, again(106));
    expect(shows()).toEqual(Array(8).fill(0));
    expect([...made.undrawn]).toEqual([['picture that is not kept', 1]]);
    void draw(COPY, copy(ALL, kept));
    void draw(106, bytes().u8(0).data());
    void draw(COPY, again());
    expect(made.undrawn.get('picture that is not kept')).toBe(2);
  });

  it('are kept also of what was drawn on a surface that is gone', () => {
    const { draw, shows } = drawing();
    void draw(COPY, copy(ALL, kept, { surface: 5 }));
    void draw(COPY, again());
    expect(shows()).toEqual([A, B, C, D, D, C, B, A]);
  });
});

describe('surfaces', () => {
  it('are drawn on unseen, and copied from', () => {
    const { draw, shows } = drawing();
    void draw(314, create(3, 2, 2));
    void draw(FILL, fill([0, 0, 2, 2], A, 8, 3));
    void draw(FILL, fill([0, 1, 1, 2], B, 8, 3));
    expect(shows()).toEqual([]);
    const from = picture(104, 2, 2).u32(3);
    void draw(COPY, copy([0, 2, 2, 4], from, { area: [0, 0, 2, 2] }));
    expect(shows()).toEqual([0, 0, A, B, 0, 0, A, A]);
  });

  it('are no more than there can be, and none larger than any screen', () => {
    const { draw } = drawing();
    expect(() => draw(314, create(2, 100_000, 100))).toThrow('not SPICE');
    expect(() => draw(314, create(2, 30_000, 30_000))).toThrow('not SPICE');
    expect(() => {
      for (let id = 2; id < 2000; id++) void draw(314, create(id, 1, 1));
    }).toThrow('not SPICE');
    const large = drawing();
    expect(() => {
      for (let id = 2; id < 9; id++) void large.draw(314, create(id, 8192, 4096, 96));
    }).toThrow('not SPICE');
  });

  it('of a kind that is unknown are counted, and what is drawn there is left out', () => {
    const { made, draw, shows } = drawing();
    void draw(314, create(3, 2, 2, 8));
    void draw(FILL, fill([0, 0, 2, 2], A, 8, 3));
    void draw(COPY, copy([0, 0, 2, 2], picture(104, 2, 2).u32(3)));
    void draw(FILL, fill([0, 0, 1, 1], B));
    expect(shows()).toEqual([B, 0, 0, 0, 0, 0, 0, 0]);
    expect([...made.undrawn]).toEqual([
      ['surface of format 8', 1],
      ['surface that is gone', 1],
    ]);
  });
});

describe('films', () => {
  const created = (codec = 1, flags = 1): ArrayBuffer =>
    bytes()
      .u32(0, 7)
      .u8(flags, codec)
      .u64(0)
      .u32(W, H, W, H)
      .rect(...ALL)
      .u8(0)
      .data();
  const frame = (at: number): ArrayBuffer => {
    const packed = jpeg(W, H);
    return bytes().u32(7, at, packed.length).raw(packed).data();
  };
  it('show the newest of their pictures, and what is drawn over them', async () => {
    const { draw, shows } = drawing();
    void draw(122, created());
    const all = [
      draw(123, frame(1)),
      draw(123, frame(2)),
      draw(123, frame(3)),
      draw(FILL, fill([0, 0, 1, 1], D)),
    ];
    await read(3);
    await readings[0]?.as(A);
    expect(shows().some((word) => word === A)).toBe(false);
    await readings[1]?.as(B);
    await readings[2]?.as(C);
    await Promise.all(all);
    expect(shows()).toEqual([D, C, C, C, C, C, C, C]);
  });

  it('are cut as the display says, and end', async () => {
    const { draw, shows } = drawing();
    void draw(122, created());
    void draw(124, bytes().u32(7).u8(1).u32(1).rect(0, 1, 2, 3).data());
    const first = draw(123, frame(1));
    await read(1);
    await readings[0]?.as(A);
    await first;
    expect(shows()).toEqual([0, A, A, 0, 0, A, A, 0]);
    void draw(125, bytes().u32(7).data());
    const second = draw(123, frame(2));
    await read(2);
    await readings[1]?.as(B);
    await second;
    expect(shows()).toEqual([0, A, A, 0, 0, A, A, 0]);
  });

  it('are told how they come; one that cannot be shown is refused, so that the display draws it', async () => {
    const { draw, replies } = drawing();
    void draw(122, created());
    void draw(319, bytes().u32(7, 99, 1, 60_000).data());
    for (const at of [1, 2]) {
      const drawn = draw(123, frame(at));
      await read(at);
      await readings[at - 1]?.as(A);
      await drawn;
    }
    expect(replies.map(({ type, words }) => [type, words.slice(0, 6)])).toEqual([[102, [7, 99, 1, 2, 2, 0]]]);
    const other = drawing();
    void other.draw(122, created(2));
    void other.draw(319, bytes().u32(7, 99, 1, 60_000).data());
    expect(other.replies[0]?.words.slice(0, 6)).toEqual([7, 99, 0, 0, 0, 0xffffffff]);
  });

  it('are no more than there can be', () => {
    const { draw } = drawing();
    expect(() => {
      for (let id = 0; id < 100; id++) {
        const data = created();
        new DataView(data).setUint32(4, id, true);
        void draw(122, data);
      }
    }).toThrow('not SPICE');
  });
});

describe('what is no such message', () => {
  it.each([
    ['a width that no screen has', 9, 0xffffffff],
    ['a row of gigabytes', 29, 0xffffffff],
    ['a bitmap larger than any screen', 19, 0x7fffffff],
  ])('ends at %s', (_, at, value) => {
    const data = copy(ALL, bitmap(W, H, Array<number>(8).fill(A)));
    const view = new DataView(data);
    const begin = view.getUint32(21, true);
    view.setUint32(begin + at + 1, value, true);
    expect(() => drawing().draw(COPY, data)).toThrow('not SPICE');
  });

  it('ends where it is too short, or points beside itself', () => {
    expect(() => drawing().draw(FILL, base(0, ALL).data())).toThrow(RangeError);
    const beside = copy(ALL, bitmap(W, H, Array<number>(8).fill(A)));
    new DataView(beside).setUint32(21, 0x7fffffff, true);
    expect(() => drawing().draw(COPY, beside)).toThrow('not SPICE');
  });

  it('is told apart, whatever was changed in it: nothing else is thrown', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    const whole = [0, 0, H, W] as const;
    const messages: [number, ArrayBuffer][] = [
      [FILL, fill(whole, A)],
      [COPY, copy(whole, bitmap(W, H, Array<number>(8).fill(B)))],
      [COPY, lossy(whole)],
      [104, base(0, whole, [whole]).u32(1, 1).data()],
      [
        122,
        bytes()
          .u32(0, 7)
          .u8(1, 1)
          .u64(0)
          .u32(W, H, W, H)
          .rect(...whole)
          .u8(0)
          .data(),
      ],
      [314, create(3, 2, 2)],
    ];
    let ended = 0;
    for (let i = 0; i < 2000; i++) {
      const { made, draw } = drawing();
      const [type, data] = messages[i % messages.length] ?? [FILL, fill(whole, A)];
      const changed = new Uint8Array(data.slice(0, random(8) === 0 ? random(data.byteLength) : undefined));
      for (let k = random(4); k >= 0; k--)
        changed[random(changed.length)] = random(3) === 0 ? 255 : random(256);
      try {
        void (draw(type, changed.buffer) as Promise<void> | undefined)?.catch(() => undefined);
      } catch (thrown) {
        ended++;
        expect(thrown instanceof HostError || thrown instanceof RangeError, String(thrown)).toBe(true);
      }
      made.close();
    }
    expect(ended).toBeGreaterThan(100);
  });
});
