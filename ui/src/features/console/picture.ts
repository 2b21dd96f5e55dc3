// Pictures of the screen: into a file by Rust, onto the clipboard from what is shown.
import { host } from '../../host';
import { attempt, report } from '../../stores/act';
import { toasts } from '../../ui/toasts.svelte';
import { announcer } from '../../lib/announce';
import { copyText } from '../../lib/copy';
import { visible } from '../../lib/text';
import type { Screen } from './screen.svelte';

export async function savePicture(id: string): Promise<void> {
  try {
    const { path } = await host.call('vm_screenshot_save', { id });
    toasts.show({
      look: 'ok',
      title: 'Picture saved',
      text: visible(path),
      action: { label: 'Copy path', run: () => void copyText(path) },
    });
  } catch (thrown) {
    report(thrown, 'The picture was not saved');
  }
}

export async function copyPicture(screen: Screen): Promise<void> {
  const png = await screen.png();
  if (!png) return;
  const copied = navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  if (await attempt(copied, 'The picture was not copied')) announcer.polite('Picture copied');
}
