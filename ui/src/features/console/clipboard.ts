// The system's clipboard, by Rust: the web view lets nobody read it, and write it only during a click.
import { host } from '../../host';
import { announcer } from '../../lib/announce';
import { count } from '../../lib/format';
import { report } from '../../stores/act';
import { toasts } from '../../ui/toasts.svelte';
import type { Screen } from './screen.svelte';

/** The text that is on it; undefined when there is none or it cannot be had, which has been said. */
export async function readClipboard(what: string): Promise<string | undefined> {
  try {
    const { text } = await host.call('clipboard_read_text', {});
    if (text !== '') return text;
    toasts.show({ look: 'info', title: what, text: 'There is no text on the clipboard.' });
  } catch (thrown) {
    report(thrown, what);
  }
  return undefined;
}

/** What is copied here, for the guest to paste. */
export async function giveClipboard(screen: Screen): Promise<void> {
  const text = await readClipboard('The clipboard was not given to the guest');
  if (text === undefined) return;
  screen.offer(text);
  // A guest that says it back has told nothing new.
  screen.taken = text;
  announcer.polite('Clipboard given to the guest');
}

/** What the guest has copied, for pasting here. */
export async function takeClipboard(screen: Screen): Promise<void> {
  const text = screen.guestText;
  if (text === null) return;
  try {
    await host.call('clipboard_write_text', { text });
    screen.taken = text;
    announcer.polite('Copied from the guest');
  } catch (thrown) {
    report(thrown, 'The guest’s text was not copied');
  }
}

/** "24 characters". What it is, is not shown: it may be a password. */
export const guestWords = (text: string): string => `Guest copied ${count([...text].length, 'character')}`;
