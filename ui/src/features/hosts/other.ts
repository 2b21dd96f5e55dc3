// The other way that may work where the first failed: libvirt's session, for whoever may not open the system's socket.
import type { HostWork } from './work.svelte';

export function scopeOther(work: HostWork): { label: string; run: () => void } | undefined {
  const { draft, doctor } = work;
  const refused = doctor.steps[doctor.failedAt]?.kind === 'libvirt_answers';
  if (!refused || draft.source === 'uri' || draft.scope === 'session') return undefined;
  return {
    label: 'Use Session instead',
    run: () => {
      draft.scope = 'session';
      work.diagnose();
    },
  };
}
