// Keys that a keyboard cannot send into a guest from here, because the desktop or the browser keeps them. Each with its
// X11 keysym for displays that know letters, and its code for those that know keys.

export type Key = readonly [keysym: number, code: string];
export type KeyChord = { label: string; keys: readonly Key[] };
export type ChordGroup = { label: string; chords: readonly KeyChord[] };

const CTRL: Key = [0xffe3, 'ControlLeft'];
const ALT: Key = [0xffe9, 'AltLeft'];
const SUPER: Key = [0xffeb, 'MetaLeft'];
const PRINT: Key = [0xff61, 'PrintScreen'];
const fn = (n: number): Key => [0xffbd + n, `F${n}`];
const letter = (c: string): Key => [c.charCodeAt(0), `Key${c.toUpperCase()}`];
const numbers = Array.from({ length: 12 }, (_, i) => i + 1);

export const MAIN: readonly KeyChord[] = [
  { label: 'Ctrl+Alt+Delete', keys: [CTRL, ALT, [0xffff, 'Delete']] },
  { label: 'Ctrl+Alt+Backspace', keys: [CTRL, ALT, [0xff08, 'Backspace']] },
  { label: 'Print Screen', keys: [PRINT] },
  { label: 'Super', keys: [SUPER] },
];

export const GROUPS: readonly ChordGroup[] = [
  {
    label: 'Ctrl+Alt+F1 to F12',
    chords: numbers.map((n) => ({ label: `Ctrl+Alt+F${n}`, keys: [CTRL, ALT, fn(n)] })),
  },
  { label: 'F1 to F12', chords: numbers.map((n) => ({ label: `F${n}`, keys: [fn(n)] })) },
  {
    label: 'SysRq',
    chords: (
      [
        ['h', 'Help'],
        ['s', 'Sync disks'],
        ['u', 'Remount read-only'],
        ['b', 'Reboot at once'],
        ['o', 'Power off at once'],
        ['e', 'Terminate all processes'],
        ['i', 'Kill all processes'],
        ['f', 'Call the OOM killer'],
        ['w', 'Show blocked tasks'],
        ['t', 'Show all tasks'],
        ['c', 'Crash the kernel'],
      ] as const
    ).map(([c, what]) => ({
      label: `SysRq+${c.toUpperCase()}  ${what}`,
      keys: [ALT, PRINT, letter(c)],
    })),
  },
  {
    label: 'Media keys',
    chords: [
      { label: 'Mute', keys: [[0x1008ff12, 'AudioVolumeMute']] },
      { label: 'Volume down', keys: [[0x1008ff11, 'AudioVolumeDown']] },
      { label: 'Volume up', keys: [[0x1008ff13, 'AudioVolumeUp']] },
      { label: 'Play or pause', keys: [[0x1008ff14, 'MediaPlayPause']] },
      { label: 'Stop', keys: [[0x1008ff15, 'MediaStop']] },
      { label: 'Previous track', keys: [[0x1008ff16, 'MediaTrackPrevious']] },
      { label: 'Next track', keys: [[0x1008ff17, 'MediaTrackNext']] },
    ],
  },
];

/** Pressed in order, released in the opposite one. */
export function press({ keys }: KeyChord, send: (keysym: number, code: string, down: boolean) => void): void {
  for (const [keysym, code] of keys) send(keysym, code, true);
  for (const [keysym, code] of keys.toReversed()) send(keysym, code, false);
}
