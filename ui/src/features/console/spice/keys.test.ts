import { describe, expect, it } from 'vitest';
import { GROUPS, MAIN } from '../chords';
import { scancode } from './keys';

describe('scancode', () => {
  it.each([
    ['Escape', 0x01, 0x81],
    ['KeyA', 0x1e, 0x9e],
    ['Slash', 0x35, 0xb5],
    ['F10', 0x44, 0xc4],
    ['F12', 0x58, 0xd8],
    ['IntlBackslash', 0x56, 0xd6],
    ['NumpadDecimal', 0x53, 0xd3],
    ['Delete', 0x53e0, 0xd3e0],
    ['AltRight', 0x38e0, 0xb8e0],
  ])('%s is pressed and released', (code, down, up) => {
    expect(scancode(code, true)).toBe(down);
    expect(scancode(code, false)).toBe(up);
  });

  it('knows every key of the menu', () => {
    const chords = [...MAIN, ...GROUPS.flatMap((group) => group.chords)];
    const keys = chords.flatMap((chord) => chord.keys.map(([, code]) => code));
    expect(keys.filter((code) => scancode(code, true) === undefined)).toEqual([]);
  });

  it('sends nothing for a key that no PC has', () => {
    expect(scancode('Fn', true)).toBeUndefined();
  });
});
