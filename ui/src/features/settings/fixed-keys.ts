// Keys that belong to a part of the window and are always the same there, for the sheet of shortcuts.
import type { Keys } from '../../lib/keys';

export type FixedKey = { keys: readonly Keys[]; label: string };
const TOGGLE: Keys = { mac: 'Alt+Space', other: 'Ctrl+Space' };

export const FIXED: readonly { section: string; keys: readonly FixedKey[] }[] = [
  {
    section: 'Grid',
    keys: [
      { keys: ['ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'], label: 'Move' },
      { keys: ['Shift+ArrowDown'], label: 'Extend the selection' },
      { keys: ['Mod+ArrowDown'], label: 'Move without selecting' },
      { keys: [TOGGLE], label: 'Select or not' },
      { keys: ['Mod+A'], label: 'Select all shown' },
      { keys: ['Escape'], label: 'Clear the selection' },
      { keys: ['ArrowLeft', 'ArrowRight'], label: 'Fold or unfold a group' },
      { keys: ['Enter', 'Alt+Enter'], label: 'Open the VM’s page' },
      { keys: ['Space'], label: 'Show the detail' },
      { keys: ['F2'], label: 'Rename' },
      { keys: ['Shift+F10'], label: 'Menu' },
      { keys: ['Mod+C'], label: 'Copy name and IP' },
      { keys: ['Mod+Shift+C'], label: 'Copy as a table' },
    ],
  },
  {
    section: 'Tree',
    keys: [
      { keys: ['ArrowUp', 'ArrowDown', 'Home', 'End'], label: 'Move' },
      { keys: ['ArrowLeft', 'ArrowRight'], label: 'Fold or unfold' },
      { keys: ['Enter'], label: 'Open the host’s page' },
      { keys: ['Shift+F10'], label: 'Menu' },
    ],
  },
  {
    section: 'Forms',
    keys: [
      { keys: ['Mod+Enter'], label: 'Submit' },
      { keys: ['Escape'], label: 'Cancel' },
    ],
  },
  {
    section: 'Palette',
    keys: [
      { keys: ['Enter'], label: 'Run' },
      { keys: ['Mod+Enter'], label: 'Open in a tab' },
      { keys: ['Tab'], label: 'Actions on it' },
      { keys: ['Backspace'], label: 'Drop what they act on' },
    ],
  },
];
