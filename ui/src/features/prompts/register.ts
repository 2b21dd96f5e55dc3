// The one action of questions that is about no particular host.
import KeyRound from '@lucide/svelte/icons/key-round';
import { prompt } from '../../stores/prompt.svelte';
import { registry } from '../../stores/registry.svelte';

export function registerPrompts(): void {
  registry.add({
    on: 'app',
    id: 'prompt.answer',
    title: 'Answer the question that waits…',
    icon: KeyRound,
    section: 'Hosts',
    also: 'password passphrase host key',
    note: () => prompt.current?.connection,
    disabledReason: () => (prompt.current === null ? 'No host asks anything' : undefined),
    run: () => prompt.show(),
  });
}
