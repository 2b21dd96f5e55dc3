// What the palette shows. The caller ranks and groups; the palette moves, marks and runs.
import type { Icon } from './types';

export type PaletteItem = {
  id: string;
  label: string;
  /** The label in pieces with the matched ones marked, as lib/fuzzy gives them. */
  pieces?: readonly { text: string; hit: boolean }[];
  detail?: string;
  icon?: Icon;
  keys?: string;
  /** Tab makes it the subject and lists its actions. */
  subject?: boolean;
  /** Stays in the list, cannot be run, says why. */
  disabledReason?: string;
};
export type PaletteGroup = { label: string; items: readonly PaletteItem[] };
export type PalettePrefix = { sign: string; label: string };

/** The item the cursor rests on after the list changed: the same one if it is still there, else the first. */
export function keptItem(groups: readonly PaletteGroup[], id: string | null): string | null {
  const all = groups.flatMap((group) => group.items);
  return all.find((item) => item.id === id)?.id ?? all[0]?.id ?? null;
}

/** One step up or down, going round. */
export function nextItem(groups: readonly PaletteGroup[], id: string | null, step: number): string | null {
  const all = groups.flatMap((group) => group.items);
  if (all.length === 0) return null;
  const at = all.findIndex((item) => item.id === id);
  return all[(at + step + all.length) % all.length]?.id ?? null;
}
