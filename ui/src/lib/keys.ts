// Names of keys: `Mod+Shift+S`, `F6`, `Alt+Enter`, and chords as `Mod+G E`. Mod is ⌘ on macOS and Ctrl elsewhere.
// This file parses, matches and prints them; shortcuts.ts decides what they do.

export type Platform = 'mac' | 'other';
export const platform: Platform = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')
  ? 'mac'
  : 'other';

/** The same keys everywhere, or different ones on macOS. */
export type Keys = string | { mac: string; other: string };
export type Stroke = { ctrl: boolean; meta: boolean; alt: boolean; shift: boolean; key: string };

export const keysFor = (keys: Keys, on: Platform = platform): string =>
  typeof keys === 'string' ? keys : keys[on];

/** One stroke; the last part is the key, so `Mod++` is Mod and plus. */
export function parseStroke(text: string, on: Platform = platform): Stroke {
  const parts = text.split('+');
  const key = text.endsWith('++') || text === '+' ? '+' : (parts.at(-1) ?? '');
  const has = (name: string): boolean => parts.slice(0, -1).includes(name);
  return {
    ctrl: has('Ctrl') || (has('Mod') && on === 'other'),
    meta: has('Meta') || (has('Mod') && on === 'mac'),
    alt: has('Alt'),
    shift: has('Shift'),
    key: key.length === 1 ? key.toLowerCase() : key,
  };
}

export const parseKeys = (keys: Keys, on: Platform = platform): Stroke[] =>
  keysFor(keys, on)
    .split(' ')
    .map((stroke) => parseStroke(stroke, on));

/** The key a person means: the letter on the key cap, also with Alt held or a non-Latin layout. */
function meantKey(event: KeyboardEvent): string {
  const key = event.key === 'Spacebar' || event.key === ' ' ? 'Space' : event.key;
  const physical = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1];
  const unusable = key.length === 1 && (key > '~' || event.altKey);
  return (unusable && physical ? physical : key).toLowerCase();
}

/** Whether this keydown is the stroke. Signs such as `?` carry their own Shift. */
export function isStroke(event: KeyboardEvent, stroke: Stroke): boolean {
  const sign = stroke.key.length === 1 && !/[a-z0-9]/.test(stroke.key);
  return (
    event.ctrlKey === stroke.ctrl &&
    event.metaKey === stroke.meta &&
    event.altKey === stroke.alt &&
    (event.shiftKey === stroke.shift || sign) &&
    meantKey(event) === stroke.key.toLowerCase()
  );
}

const MAC: Record<string, string> = { Ctrl: '⌃', Meta: '⌘', Alt: '⌥', Shift: '⇧', Mod: '⌘', Backspace: '⌫' };
const OTHER: Record<string, string> = { Mod: 'Ctrl', Meta: 'Win' };
const COMMON: Record<string, string> = {
  Enter: '↵',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** The caps to print, in the order of the platform: `['Ctrl', 'Shift', 'S']`. */
export function keyCaps(keys: Keys, on: Platform = platform): string[] {
  const names = on === 'mac' ? { ...COMMON, ...MAC } : { ...COMMON, ...OTHER };
  return keysFor(keys, on)
    .split(' ')
    .flatMap((stroke) =>
      stroke.endsWith('++') ? [...stroke.slice(0, -2).split('+'), '+'] : stroke.split('+'),
    )
    .map((name) => names[name] ?? name);
}

/** For `aria-keyshortcuts`. Chords have no form there and give nothing. */
export function ariaKeys(keys: Keys, on: Platform = platform): string | undefined {
  const text = keysFor(keys, on);
  return text.includes(' ')
    ? undefined
    : text.replace('Mod', on === 'mac' ? 'Meta' : 'Control').replace('Ctrl', 'Control');
}
