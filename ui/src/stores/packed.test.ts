import { describe, expect, it } from 'vitest';
import { unpack } from './packed';
import { pack, vm } from './testing/rows';

const rows = [
  vm('c1/a', { uuid: 'a', tags: ['db'] }),
  vm('c1/b', { uuid: 'other', name: 'b"\n<b>' }),
  vm('c2/a', { uuid: null, connection_id: 'c2', ips: ['10.0.0.1'] }),
];

describe('rows by column', () => {
  it('become the rows they were made of', () => {
    expect(unpack(pack(rows))).toEqual(rows);
    expect(unpack(pack([]))).toEqual([]);
  });

  it('share what was sent once, and an empty uuid is the key', () => {
    const packed = {
      ...pack(rows),
      uuid: ['', 'other', null],
      tags: { values: [['db'], []], at: [1, 0, 1] },
    };
    const unpacked = unpack(packed);
    expect(unpacked.map((row) => row.uuid)).toEqual(['a', 'other', null]);
    expect(unpacked[0]?.tags).toBe(unpacked[2]?.tags);
    expect(unpacked[1]?.tags).toEqual(['db']);
  });
});
