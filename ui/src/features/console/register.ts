// What consoles bring into the window: their tabs, and what can be done with the one that is shown. The consoles
// themselves are read with the first tab.
import Camera from '@lucide/svelte/icons/camera';
import Columns2 from '@lucide/svelte/icons/columns-2';
import ClipboardType from '@lucide/svelte/icons/clipboard-type';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Maximize from '@lucide/svelte/icons/maximize';
import Monitor from '@lucide/svelte/icons/monitor';
import type { VmDto } from '../../generated/api';
import { inventory } from '../../stores/inventory.svelte';
import { openConsole, whyNoConsole } from '../../stores/open';
import { registry, type AppAction, type VmsAction } from '../../stores/registry.svelte';
import { tabs } from '../../stores/tabs.svelte';
import { count } from '../../lib/format';
import { readAhead } from './ahead.svelte';
import { current, type Shown } from './current.svelte';
import { OWN_WINDOW } from './own-window';
import { KIND, paneActions } from './panes.svelte';

/** More at once would be a mistake. */
const MOST = 12;
const vmsOf = (ids: readonly string[]): VmDto[] => ids.flatMap((id) => inventory.get(id) ?? []);
const able = (ids: readonly string[]): VmDto[] => vmsOf(ids).filter((vm) => whyNoConsole(vm) === undefined);

const OPEN: VmsAction = {
  on: 'vms',
  id: 'vm.console',
  title: 'Open console',
  icon: Monitor,
  section: 'Virtual machines',
  also: 'screen display vnc serial terminal look',
  note: (ids) => (ids.length > 1 ? `${able(ids).length} of ${ids.length} run` : undefined),
  disabledReason: (ids) => {
    const running = able(ids);
    if (running.length > MOST) return `${count(running.length, 'console')} at once are too many`;
    if (running.length > 0) return undefined;
    const [first] = vmsOf(ids);
    return first && ids.length === 1 ? whyNoConsole(first) : 'None of them runs';
  },
  run: (ids) => {
    for (const vm of able(ids)) openConsole(vm);
  },
};

const shown = (
  id: string,
  title: string,
  icon: AppAction['icon'],
  run: (shown: Shown) => void,
  more: Partial<AppAction> & { sees?: boolean } = {},
): AppAction => {
  const { sees = true, ...rest } = more;
  return {
    on: 'app',
    id: `console.${id}`,
    title,
    ...(icon && { icon }),
    section: 'Virtual machines',
    disabledReason: () => (current.shown ? (sees ? current.shown.blind : undefined) : 'No console is shown'),
    run: () => current.shown && run(current.shown),
    ...rest,
  };
};

export function registerConsole(): void {
  readAhead(() => import('./ConsoleTab.svelte'));
  tabs.register(KIND, {
    icon: Monitor,
    load: () => import('./ConsoleTab.svelte'),
    divided: { icon: Columns2, nameOf: (id) => inventory.get(id)?.name },
  });
  registry.add(OPEN, OWN_WINDOW, ...shownActions(), ...paneActions());
}

/** What can be done with the console that is shown, wherever that is. */
export const shownActions = (): AppAction[] => [
  shown('full-screen', 'Console in full screen', Maximize, (console) => console.toggleFull(), {
    keys: { mac: 'Ctrl+Meta+F', other: 'F11' },
    when: () => current.shown !== null,
    sees: false,
  }),
  shown('type', 'Type text into the guest…', ClipboardType, (console) => console.typeText(), {
    also: 'paste clipboard password',
  }),
  shown('picture', 'Save a picture of the screen', Camera, (console) => console.savePicture(), {
    also: 'screenshot',
  }),
  shown('ctrl-alt-delete', 'Send Ctrl+Alt+Delete', Keyboard, (console) => console.ctrlAltDelete()),
];
