// The picture that is shown, onto the clipboard.
import { host, HostError } from '../../host';
import { announcer } from '../../lib/announce';
import { base64Of } from '../../lib/base64';
import { toasts } from '../../ui/toasts.svelte';
import { savePicture } from './saving';
import type { Screen } from './screen.svelte';

export async function copyPicture(id: string, screen: Screen): Promise<void> {
  try {
    const png = await screen.png();
    if (!png) throw new Error('There is no picture.');
    await host.call('clipboard_write_picture', { base64: await base64Of(png) });
    announcer.polite('Picture copied');
  } catch (thrown) {
    toasts.show({
      look: 'danger',
      title: 'The picture was not copied',
      text: HostError.from(thrown).message,
      action: { label: 'Save picture', run: () => void savePicture(id) },
    });
  }
}
