import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GROUPS, MAIN, press } from './chords';
import { scancode } from './spice/keys';

/** What noVNC can name to QEMU. The package exports its display only, so its table is read as text. */
const vnc = readFileSync('node_modules/@novnc/novnc/core/input/xtscancodes.js', 'utf8');
const ALL = [...MAIN, ...GROUPS.flatMap(({ chords }) => chords)];

describe('keys to send', () => {
  it('are keys of both protocols: none is offered that a display would drop', () => {
    const codes = [...new Set(ALL.flatMap(({ keys }) => keys.map(([, code]) => code)))];
    expect(codes.filter((code) => !vnc.includes(`"${code}": 0x`))).toEqual([]);
    expect(codes.filter((code) => scancode(code, true) === undefined)).toEqual([]);
  });

  it('are released in the opposite order', () => {
    const sent: string[] = [];
    const [first] = MAIN;
    if (first) press(first, (_, code, down) => sent.push(`${down ? '+' : '-'}${code}`));
    expect(sent.join(' ')).toBe('+ControlLeft +AltLeft +Delete -Delete -AltLeft -ControlLeft');
  });

  it('have names of their own', () => {
    const labels = ALL.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  });
});
