// The one place where a key press becomes an action. Each shortcut has a name and a section, so that the sheet
// of all shortcuts, the palette and the tooltips print what is really bound, also after a remap.
import { isStroke, keysFor, parseKeys, type Keys, type Stroke } from './keys';

export type Shortcut = {
  id: string;
  keys: Keys;
  label: string;
  section: string;
  /** Absent means always. Single letters and signs need one (WCAG 2.1.4). */
  when?: () => boolean;
  run: (event: KeyboardEvent) => void;
};

const CHORD_MS = 1500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type);

const isPlain = (stroke: Stroke): boolean =>
  !stroke.ctrl && !stroke.meta && !stroke.alt && !/^F\d+$/.test(stroke.key);

export class Shortcuts {
  #all = new Map<string, Shortcut>();
  #remapped = new Map<string, Keys>();
  #chord: { first: Stroke; until: number } | undefined;
  /** True while keys belong to something else, such as the screen of a guest. */
  suspended: () => boolean = () => false;
  #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Adds shortcuts and returns the way to take them off again. */
  add(...shortcuts: Shortcut[]): () => void {
    for (const shortcut of shortcuts) this.#all.set(shortcut.id, shortcut);
    return () => {
      for (const shortcut of shortcuts)
        if (this.#all.get(shortcut.id) === shortcut) this.#all.delete(shortcut.id);
    };
  }

  remap(id: string, keys: Keys | undefined): void {
    if (keys === undefined) this.#remapped.delete(id);
    else this.#remapped.set(id, keys);
  }

  keysOf(id: string): Keys | undefined {
    return this.#remapped.get(id) ?? this.#all.get(id)?.keys;
  }

  list(): Shortcut[] {
    return [...this.#all.values()].map((shortcut) => ({
      ...shortcut,
      keys: this.keysOf(shortcut.id) ?? shortcut.keys,
    }));
  }

  /** Shortcuts that share their keys, by name, so that settings can say so. */
  conflicts(): { keys: string; labels: string[] }[] {
    const byKeys = new Map<string, string[]>();
    for (const shortcut of this.list()) {
      const keys = keysFor(shortcut.keys);
      byKeys.set(keys, [...(byKeys.get(keys) ?? []), shortcut.label]);
    }
    return [...byKeys].filter(([, labels]) => labels.length > 1).map(([keys, labels]) => ({ keys, labels }));
  }

  /** Whether the first stroke of a chord was pressed: the next one is its, whatever has the focus. */
  get inChord(): boolean {
    return this.#chord !== undefined && this.#now() < this.#chord.until;
  }

  /** Runs what the press means and reports whether it meant anything. */
  handle(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing || this.suspended()) return false;
    if (/^(Control|Shift|Alt|Meta)$/.test(event.key)) return false;
    const chord = this.#chord && this.#now() < this.#chord.until ? this.#chord.first : undefined;
    this.#chord = undefined;
    const typing = isTyping(event.target);
    for (const shortcut of this.list()) {
      const strokes = parseKeys(shortcut.keys);
      const [first, second] = strokes;
      if (!first || (shortcut.when && !shortcut.when())) continue;
      if (!second) {
        if (chord || !isStroke(event, first) || (typing && isPlain(first))) continue;
        event.preventDefault();
        shortcut.run(event);
        return true;
      }
      if (chord && sameStroke(chord, first) && isStroke(event, second)) {
        event.preventDefault();
        shortcut.run(event);
        return true;
      }
      if (!chord && isStroke(event, first) && !(typing && isPlain(first))) {
        this.#chord = { first, until: this.#now() + CHORD_MS };
        event.preventDefault();
        return true;
      }
    }
    return false;
  }
}

const sameStroke = (a: Stroke, b: Stroke): boolean =>
  a.key === b.key && a.ctrl === b.ctrl && a.meta === b.meta && a.alt === b.alt && a.shift === b.shift;
