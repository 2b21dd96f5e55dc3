// Everything the app can do, once: the palette lists it, toolbars and menus print it, shortcuts run it. Features add
// theirs (`registry.add`). An action that cannot be done stays in its place and says why; one that needs a value says
// what to ask for. What the VM actions are and when they are allowed is in actions.ts.
import { keysFor, type Keys } from '../lib/keys';
import type { Shortcut } from '../lib/shortcuts';
import type { Icon, MenuEntry } from '../ui/types';

/** The heads under which actions stand in the palette and on the sheet of shortcuts. */
export type Section = 'Virtual machines' | 'Hosts' | 'Go to' | 'View' | 'Tabs' | 'Tasks' | 'Application';

/** A value that is asked for before the action runs. */
export type Ask<On> = {
  /** "Rename web-03 to" */
  question: (on: On) => string;
  /** What the field starts with. */
  initial?: (on: On) => string;
  /** Why this value cannot be taken. */
  wrong?: (value: string, on: On) => string | undefined;
};

type Common = {
  id: string;
  /** Verb first, `…` when more input follows. */
  title: string;
  icon?: Icon;
  section: Section;
  keys?: Keys;
  /** Other words it answers to in the palette. */
  also?: string;
  /** Loses something: the palette sets it apart and it always opens a dialog. */
  danger?: boolean;
  /** Keys that work only now, such as single letters only in the grid. */
  when?: () => boolean;
};

/** Something about the window or the whole estate. */
export type AppAction = Common & {
  on: 'app';
  note?: () => string | undefined;
  disabledReason?: () => string | undefined;
  run: () => void;
};

/** Something done to VMs, given by their ids. */
export type VmsAction = Common & {
  on: 'vms';
  /** What it will do to these: "2 will shut down, web-03 already is". */
  note?: (ids: readonly string[]) => string | undefined;
  disabledReason?: (ids: readonly string[]) => string | undefined;
  ask?: Ask<readonly string[]>;
  run: (ids: readonly string[], value?: string) => void;
};

/** Something done to a host, given by its connection's id. */
export type HostAction = Common & {
  on: 'host';
  note?: (id: string) => string | undefined;
  disabledReason?: (id: string) => string | undefined;
  ask?: Ask<string>;
  run: (id: string, value?: string) => void;
};

export type Action = AppAction | VmsAction | HostAction;

/** What the shortcuts of object actions act on, asked for when the key is pressed. */
export type Subjects = { vms: () => readonly string[]; host: () => string | undefined };

/** An action with its object filled in: what a button, a menu entry or a row of the palette needs. */
export type Bound = {
  action: Action;
  id: string;
  title: string;
  icon: Icon | undefined;
  keys: Keys | undefined;
  note: string | undefined;
  disabledReason: string | undefined;
  danger: boolean;
  ask: { question: string; initial: string; wrong: (value: string) => string | undefined } | undefined;
  run: (value?: string) => void;
};

const NOTHING = 'Select a VM first';
const NO_HOST = 'Select a host first';

function filled<On>(ask: Ask<On> | undefined, on: On): Bound['ask'] {
  return (
    ask && {
      question: ask.question(on),
      initial: ask.initial?.(on) ?? '',
      wrong: (value) => ask.wrong?.(value, on),
    }
  );
}

export class Registry {
  all = $state.raw<readonly Action[]>([]);
  #byId = $derived(new Map(this.all.map((action) => [action.id, action])));
  subjects: Subjects = { vms: () => [], host: () => undefined };
  /** Says why a shortcut did nothing. */
  refused: (title: string, reason: string) => void = () => {};
  /** Asks for the value of an action that a shortcut, a button or a menu began. */
  asks: (bound: Bound) => void = () => {};

  /** Adds actions and returns the way to take them off again. The later of two with one id wins. */
  add(...actions: Action[]): () => void {
    const ids = new Set(actions.map((action) => action.id));
    this.all = [...this.all.filter((action) => !ids.has(action.id)), ...actions];
    return () => {
      this.all = this.all.filter((action) => !actions.includes(action));
    };
  }

  get(id: string): Action | undefined {
    return this.#byId.get(id);
  }

  onApp(action: AppAction): Bound {
    return {
      ...this.#common(action),
      note: action.note?.(),
      disabledReason: action.disabledReason?.(),
      ask: undefined,
      run: () => action.run(),
    };
  }

  onVms(action: VmsAction, ids: readonly string[]): Bound {
    const none = ids.length === 0;
    return {
      ...this.#common(action),
      note: none ? undefined : action.note?.(ids),
      disabledReason: none ? NOTHING : action.disabledReason?.(ids),
      ask: none ? undefined : filled(action.ask, ids),
      run: (value) => action.run(ids, value),
    };
  }

  onHost(action: HostAction, id: string | undefined): Bound {
    return {
      ...this.#common(action),
      note: id === undefined ? undefined : action.note?.(id),
      disabledReason: id === undefined ? NO_HOST : action.disabledReason?.(id),
      ask: id === undefined ? undefined : filled(action.ask, id),
      run: (value) => id !== undefined && action.run(id, value),
    };
  }

  /** An action on what is selected now. */
  bound(action: Action): Bound {
    if (action.on === 'app') return this.onApp(action);
    if (action.on === 'vms') return this.onVms(action, this.subjects.vms());
    return this.onHost(action, this.subjects.host());
  }

  /** Runs it, or says why not, or asks for its value first. */
  start(bound: Bound): void {
    if (bound.disabledReason !== undefined) this.refused(bound.title, bound.disabledReason);
    else if (bound.ask) this.asks(bound);
    else bound.run();
  }

  /** Runs the action of that name on what is selected. */
  run(id: string): void {
    const action = this.get(id);
    if (action) this.start(this.bound(action));
  }

  /** The entry of a menu. */
  entry(bound: Bound): MenuEntry {
    return {
      label: bound.title,
      ...(bound.icon && { icon: bound.icon }),
      ...(bound.keys !== undefined && { keys: keysFor(bound.keys) }),
      ...(bound.disabledReason !== undefined && { disabledReason: bound.disabledReason }),
      ...(bound.danger && { danger: true }),
      onselect: () => this.start(bound),
    };
  }

  /** One shortcut per action that has keys, for the registry of shortcuts. */
  shortcuts(): Shortcut[] {
    return this.all.flatMap((action) =>
      action.keys === undefined
        ? []
        : [
            {
              id: action.id,
              keys: action.keys,
              label: action.title,
              section: action.section,
              ...(action.when && { when: action.when }),
              run: () => this.start(this.bound(action)),
            },
          ],
    );
  }

  #common(action: Action): Pick<Bound, 'action' | 'id' | 'title' | 'icon' | 'keys' | 'danger'> {
    const { id, title, icon, keys, danger = false } = action;
    return { action, id, title, icon, keys, danger };
  }
}

export const registry = new Registry();
