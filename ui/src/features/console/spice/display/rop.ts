// How a source and what is there become what is there then. A rop is a table of four bits: bit 2s+d is what becomes of a
// source's bit s over the bit d. A rop3 has eight, the upper four for where the brush has a 1.
const BIT = {
  inversSource: 1,
  inversBrush: 2,
  inversDest: 4,
  put: 8,
  or: 16,
  and: 32,
  xor: 64,
  black: 128,
  white: 256,
  invers: 512,
  inversResult: 1024,
} as const;
export const INVERS = { source: BIT.inversSource, brush: BIT.inversBrush, dest: BIT.inversDest } as const;

export type Rop = number;
export const ROP = { clear: 0, invert: 5, keep: 10, copy: 12, set: 15 } as const;

/** As a drawing's mode says it, for the input `over` that comes over the input `under`. */
export function ropOf(mode: number, over: number, under: number): Rop {
  const bit = (s: number, d: number): number => {
    const [source, dest] = [s ^ Number((mode & over) !== 0), d ^ Number((mode & under) !== 0)];
    const invers = Number((mode & BIT.inversResult) !== 0);
    if (mode & BIT.put) return source ^ invers;
    if (mode & BIT.or) return (source | dest) ^ invers;
    if (mode & BIT.and) return (source & dest) ^ invers;
    if (mode & BIT.xor) return source ^ dest ^ invers;
    if (mode & BIT.black) return 0;
    if (mode & BIT.white) return 1;
    return mode & BIT.invers ? d ^ 1 : s;
  };
  return bit(0, 0) | (bit(0, 1) << 1) | (bit(1, 0) << 2) | (bit(1, 1) << 3);
}

export type Mix = (source: number, dest: number) => number;

/** For all bits of a word at once. */
export function mixOf(rop: Rop): Mix {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => -((rop >> i) & 1)) as [number, number, number, number];
  return (s, t) => (~s & ~t & a) | (~s & t & b) | (s & ~t & c) | (s & t & d);
}

export function mix3Of(rop3: number): (source: number, dest: number, brush: number) => number {
  const [without, with_] = [mixOf(rop3 & 15), mixOf(rop3 >> 4)];
  return (s, d, p) => (p & with_(s, d)) | (~p & without(s, d));
}

/** `s` over `d`, both multiplied by their alpha; of `s` only so much of 255 as `much` is taken. */
export function over(s: number, d: number, much = 255): number {
  if (much < 255) s = times(s, much);
  const left = 255 - (s >>> 24);
  if (left === 0) return s;
  const under = times(d, left);
  return (
    most((s & 0xff00ff) + (under & 0xff00ff)) |
    (most(((s >>> 8) & 0xff00ff) + ((under >>> 8) & 0xff00ff)) << 8)
  );
}
/** Two bytes of sums, each no more than 255: what was never multiplied by its alpha does not reach into its neighbours. */
const most = (sums: number): number => (sums | (0x1000100 - ((sums >>> 8) & 0xff00ff))) & 0xff00ff;

/** Each byte of a word, by so much of 255. */
function times(word: number, much: number): number {
  const low = (word & 0xff00ff) * much + 0x800080;
  const high = ((word >>> 8) & 0xff00ff) * much + 0x800080;
  return (
    (((low + ((low >>> 8) & 0xff00ff)) >>> 8) & 0xff00ff) | ((high + ((high >>> 8) & 0xff00ff)) & 0xff00ff00)
  );
}
