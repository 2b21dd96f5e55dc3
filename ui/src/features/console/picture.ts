// Pictures of the screen: into a file by Rust, onto the clipboard from what is shown.
import { host } from '../../host';
import { report } from '../../stores/act';
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

/** Called by the click itself: web views let nobody write to the clipboard a moment later, so the picture is promised. */
export async function copyPicture(id: string, screen: Screen): Promise<void> {
  const png = screen.png().then((blob) => blob ?? Promise.reject(new Error('there is no picture')));
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
    announcer.polite('Picture copied');
  } catch {
    toasts.show({
      look: 'info',
      title: 'The picture was not copied',
      text: 'The system does not let this window put pictures on the clipboard.',
      action: { label: 'Save picture', run: () => void savePicture(id) },
    });
  }
}
