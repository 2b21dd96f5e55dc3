// What settings bring into the window: the dialog, the sheet of shortcuts, looks and the demo by name.
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Moon from '@lucide/svelte/icons/moon';
import Rows3 from '@lucide/svelte/icons/rows-3';
import Settings from '@lucide/svelte/icons/settings';
import Sun from '@lucide/svelte/icons/sun';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import Trash2 from '@lucide/svelte/icons/trash-2';
import { layout, type Density, type Theme } from '../../stores/layout.svelte';
import { registry, type AppAction } from '../../stores/registry.svelte';
import { ui } from '../../stores/ui.svelte';
import { demo } from './demo.svelte';
import { applyKept } from './remap';

const ALREADY = 'It is so already';

const theme = (value: Theme, title: string, icon: AppAction['icon']): AppAction => ({
  on: 'app',
  id: `app.theme-${value}`,
  title,
  ...(icon && { icon }),
  section: 'View',
  also: 'look colour appearance',
  disabledReason: () => (layout.current.theme === value ? ALREADY : undefined),
  run: () => layout.set('theme', value),
});
const density = (value: Density, title: string): AppAction => ({
  on: 'app',
  id: `app.rows-${value}`,
  title,
  icon: Rows3,
  section: 'View',
  also: 'density height',
  disabledReason: () => (layout.current.density === value ? ALREADY : undefined),
  run: () => layout.set('density', value),
});

export function registerSettings(): void {
  registry.add(
    {
      on: 'app',
      id: 'app.settings',
      title: 'Settings',
      icon: Settings,
      section: 'Application',
      keys: 'Mod+,',
      also: 'preferences options',
      run: () => (ui.settings = true),
    },
    {
      on: 'app',
      id: 'app.shortcuts',
      title: 'Keyboard shortcuts',
      icon: Keyboard,
      section: 'Application',
      keys: '?',
      also: 'help keys',
      when: () => layout.current.typeAhead,
      run: () => {
        ui.settings = false;
        ui.sheet = true;
      },
    },
    theme('system', 'Theme: as the system', SunMoon),
    theme('light', 'Theme: light', Sun),
    theme('dark', 'Theme: dark', Moon),
    density('compact', 'Rows: compact'),
    density('comfortable', 'Rows: comfortable'),
    {
      on: 'app',
      id: 'app.demo-add',
      title: 'Add the demo estate',
      icon: FlaskConical,
      section: 'Hosts',
      disabledReason: () => (demo.hosts.length > 0 ? 'It is in the estate already' : undefined),
      run: () => void demo.add(),
    },
    {
      on: 'app',
      id: 'app.demo-remove',
      title: 'Remove the demo estate…',
      icon: Trash2,
      section: 'Hosts',
      danger: true,
      disabledReason: () => (demo.hosts.length === 0 ? 'It is not in the estate' : undefined),
      run: () => {
        ui.settings = false;
        demo.removing = true;
      },
    },
  );
  applyKept(layout.current.keys);
}
