// Other keys for an action: read from a press, checked against what they would take away, kept with the layout.
import type { Keys } from '../../lib/keys';
import { keysFor, platform, type Platform } from '../../lib/keys';
import { layout } from '../../stores/layout.svelte';
import { shortcuts } from '../../stores/ui.svelte';

/** The name of the keys that are pressed; undefined while only modifiers are, or when no shortcut may have them. */
export function pressed(event: KeyboardEvent, on: Platform = platform): string | undefined {
  if (/^(Control|Shift|Alt|Meta|Dead|Process|Unidentified|CapsLock)$/.test(event.key)) return undefined;
  const physical = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1];
  const key =
    event.key === ' ' ? 'Space' : event.key.length === 1 ? (physical ?? event.key).toUpperCase() : event.key;
  const mod = on === 'mac' ? event.metaKey : event.ctrlKey;
  const ctrl = on === 'mac' && event.ctrlKey;
  const parts = [ctrl && 'Ctrl', mod && 'Mod', event.altKey && 'Alt', event.shiftKey && 'Shift', key];
  // A bare letter would fire while typing ahead in a list.
  if (!mod && !ctrl && !event.altKey && !/^F\d+$/.test(key)) return undefined;
  return parts.filter(Boolean).join('+');
}

/** The action that has these keys already. */
export function takenBy(keys: string, id: string): string | undefined {
  const other = shortcuts.list().find((shortcut) => shortcut.id !== id && keysFor(shortcut.keys) === keys);
  return other?.label;
}

export function remap(id: string, keys: string): void {
  shortcuts.remap(id, keys);
  layout.set('keys', { ...layout.current.keys, [id]: keys });
}

export function restore(id: string): void {
  shortcuts.remap(id, undefined);
  const { [id]: _gone, ...rest } = layout.current.keys;
  layout.set('keys', rest);
}

/** Puts the kept keys in place, at start. */
export function applyKept(kept: Readonly<Record<string, string>>): void {
  for (const [id, keys] of Object.entries(kept)) shortcuts.remap(id, keys satisfies Keys);
}
