// What is said when a task ends. The dock's row says it to who sees the dock; a toast says it where the dock is closed;
// screen readers hear it either way. What the user cancelled says nothing.
import type { TaskDto } from '../../generated/api';
import { announcer } from '../../lib/announce';
import { cut, visible } from '../../lib/text';
import { tasks } from '../../stores/tasks.svelte';
import { ui } from '../../stores/ui.svelte';
import { toasts } from '../../ui/toasts.svelte';
import { verb } from './rows';

/** Failures of one batch are one message. */
const GATHER_MS = 300;

export class Teller {
  #failed: TaskDto[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  told(task: TaskDto): void {
    if (task.origin !== 'window') return;
    const what = `${verb(task)} ${visible(cut(task.vm_name, 60))}`;
    if (task.status === 'succeeded') announcer.polite(`${what}: done`, 'task');
    if ((task.status !== 'failed' && task.status !== 'interrupted') || ui.saysItself(task)) return;
    this.#failed.push(task);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), GATHER_MS);
  }

  #tell(): void {
    const failed = this.#failed;
    this.#failed = [];
    const [first] = failed;
    if (!first) return;
    const what = `${verb(first)} ${visible(cut(first.vm_name, 60))}`;
    const title = failed.length === 1 ? `${what} failed` : `${failed.length} tasks failed`;
    announcer.assertive(title);
    if (ui.dockOpen) return;
    toasts.show({
      look: 'danger',
      title,
      ...(failed.length === 1 && first.error ? { text: visible(cut(first.error.message)) } : {}),
      action: { label: 'Show', run: () => (ui.dockOpen = true) },
    });
  }
}

/** Begins to tell; returns the way to end it. */
export function tellTasks(): () => void {
  const teller = new Teller();
  return tasks.onEnd((task) => teller.told(task));
}
