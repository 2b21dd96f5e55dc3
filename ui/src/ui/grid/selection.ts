// Selecting as a file manager does. Pure: every step gives a new state, and the lines' order comes from the caller.

export type Selection = {
  selected: ReadonlySet<string>;
  /** Where a Shift range starts. */
  anchor: string | null;
};

export const NOTHING: Selection = { selected: new Set(), anchor: null };

export const only = (key: string): Selection => ({ selected: new Set([key]), anchor: key });

export function toggled(from: Selection, key: string): Selection {
  const selected = new Set(from.selected);
  if (!selected.delete(key)) selected.add(key);
  return { selected, anchor: key };
}

/** The range from the anchor to a line; `add` (Ctrl) keeps what was selected. The anchor stays. */
export function extended(from: Selection, range: readonly string[], add: boolean): Selection {
  return {
    selected: new Set(add ? [...from.selected, ...range] : range),
    anchor: from.anchor ?? range[0] ?? null,
  };
}

export const all = (from: Selection, keys: readonly string[]): Selection => ({
  selected: new Set(keys),
  anchor: from.anchor ?? keys[0] ?? null,
});

/** Rows that are gone leave the selection; the same state comes back when none is. */
export function pruned(from: Selection, exists: (key: string) => boolean): Selection {
  let gone = false;
  for (const key of from.selected) if (!exists(key)) gone = true;
  if (!gone) return from;
  const selected = new Set([...from.selected].filter(exists));
  return { selected, anchor: from.anchor !== null && exists(from.anchor) ? from.anchor : null };
}
