import { describe, expect, it } from 'vitest';
import { Wire } from './wire';

const bytes = (...all: number[]): ArrayBuffer => Uint8Array.from(all).buffer;
const read = (taken: ArrayBuffer | undefined): number[] | undefined => taken && [...new Uint8Array(taken)];

describe('Wire', () => {
  it('hands bytes out in the sizes that are asked for, however they came', () => {
    const wire = new Wire();
    wire.push(bytes(1));
    wire.push(bytes());
    wire.push(bytes(2, 3, 4));
    wire.push(bytes(5, 6));
    expect(read(wire.take(2))).toEqual([1, 2]);
    expect(read(wire.take(3))).toEqual([3, 4, 5]);
    expect(wire.take(2)).toBeUndefined();
    wire.push(bytes(7));
    expect(read(wire.take(2))).toEqual([6, 7]);
  });

  it('loses nothing of thousands of small pieces', () => {
    const wire = new Wire();
    for (let i = 0; i < 5000; i++) wire.push(bytes(i % 251));
    const first = read(wire.take(3000)) ?? [];
    const second = read(wire.take(2000)) ?? [];
    expect([...first, ...second]).toEqual(Array.from({ length: 5000 }, (_, i) => i % 251));
  });
});
