// Files that Rust writes for the console: where they are is said, with the way there.
import type { WrittenFile } from '../../generated/api';
import { host } from '../../host';
import { base64Of } from '../../lib/base64';
import { visible } from '../../lib/text';
import { attempt, report } from '../../stores/act';
import { toasts } from '../../ui/toasts.svelte';

/** Long enough to read a path. */
const STAYS_MS = 12_000;

export async function saveLog(id: string, line: string, log: Blob): Promise<void> {
  await saved(
    'Log saved',
    'The log was not saved',
    base64Of(log).then((base64) => host.call('line_log_save', { id, line, base64 })),
  );
}

export async function savePicture(id: string): Promise<void> {
  await saved('Picture saved', 'The picture was not saved', host.call('vm_screenshot_save', { id }));
}

async function saved(title: string, failed: string, writing: Promise<WrittenFile>): Promise<void> {
  try {
    const { path } = await writing;
    toasts.show({
      look: 'ok',
      title,
      text: visible(path),
      action: {
        label: 'Show in folder',
        run: () => void attempt(host.call('file_show', { path }), 'The folder was not opened'),
      },
      stays: STAYS_MS,
    });
  } catch (thrown) {
    report(thrown, failed);
  }
}
