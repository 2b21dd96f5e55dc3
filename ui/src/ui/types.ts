// View models shared by the components. No domain: callers translate their own words into these.
import type { Component } from 'svelte';

/** A lucide icon, imported one by one from `@lucide/svelte/icons/<name>`. */
export type Icon = Component<{ class?: string }>;

/** The colour of a status. It never stands alone: a shape and a word go with it. */
export type Tone = 'ok' | 'warn' | 'danger' | 'saved' | 'off' | 'work' | 'pending';

/** One entry of a menu. A disabled entry keeps its place, stays focusable and says why. */
export type MenuEntry =
  | {
      kind?: 'item';
      label: string;
      icon?: Icon;
      /** Keys as `lib/keyboard` names them, e.g. `Mod+Shift+S`. */
      keys?: string;
      disabledReason?: string;
      danger?: boolean;
      onselect: () => void;
    }
  | { kind: 'check'; label: string; checked: boolean; disabledReason?: string; onselect: () => void }
  | { kind: 'sub'; label: string; icon?: Icon; entries: readonly MenuEntry[] }
  | { kind: 'head'; label: string }
  | { kind: 'line' };

/** One choice of a Select or of Segments. */
export type Choice<V extends string = string> = {
  value: V;
  label: string;
  /** A second, quieter word after the label. */
  note?: string;
  icon?: Icon;
  disabledReason?: string;
};
