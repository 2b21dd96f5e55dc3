import { beforeEach, describe, expect, it } from 'vitest';
import { HostError } from '../../host';
import { start } from '../../stores/feed';
import { FakeHost } from '../../stores/testing/host';
import { toasts } from '../../ui/toasts.svelte';
import { giveClipboard, guestWords, readClipboard, takeClipboard } from './clipboard';
import { saveLog } from './saving';
import type { Screen } from './screen.svelte';

let board: string;
let fails: HostError | undefined;
let saved: { line: string; base64: string }[];
let shown: string[];

/** As much of a screen as clipboards pass through. */
class FakeScreen {
  guestText: string | null = null;
  taken: string | null = null;
  offered: string[] = [];
  offer(text: string): void {
    this.offered.push(text);
  }
  get screen(): Screen {
    return this as unknown as Screen;
  }
}

beforeEach(async () => {
  [board, fails, saved, shown] = ['here', undefined, [], []];
  for (const { id } of toasts.shown) toasts.dismiss(id);
  new FakeHost({
    clipboard_read_text: () => {
      if (fails) throw fails;
      return { text: board };
    },
    clipboard_write_text: ({ text }) => {
      if (fails) throw fails;
      board = text;
      return {};
    },
    line_log_save: ({ line, base64 }) => {
      saved.push({ line, base64 });
      return { path: '/home/mara/Documents/Innkeeper/box Serial 0.log' };
    },
    file_show: ({ path }) => (shown.push(path), {}),
  });
  await start(Promise.resolve()).catch(() => undefined);
});
const said = (): string[] => toasts.shown.map(({ title, text }) => `${title}: ${text}`);

describe('clipboards', () => {
  it('goes to the guest, which has told nothing new when it says it back', async () => {
    const guest = new FakeScreen();
    await giveClipboard(guest.screen);
    expect(guest.offered).toEqual(['here']);
    expect(guest.taken).toBe('here');
  });

  it('comes from the guest onto ours', async () => {
    const guest = new FakeScreen();
    guest.guestText = 'there';
    await takeClipboard(guest.screen);
    expect(board).toBe('there');
    expect(guest.taken).toBe('there');
  });

  it('says that there is no text, and gives none', async () => {
    board = '';
    const guest = new FakeScreen();
    await giveClipboard(guest.screen);
    expect(guest.offered).toEqual([]);
    expect(said()).toEqual(['The clipboard was not given to the guest: There is no text on the clipboard.']);
  });

  it('says why the system refused, and still offers what the guest has copied', async () => {
    fails = new HostError({ code: 'timeout_still_running', message: 'Its owner hangs.' });
    expect(await readClipboard('Nothing was pasted')).toBeUndefined();
    const guest = new FakeScreen();
    guest.guestText = 'there';
    await takeClipboard(guest.screen);
    expect(guest.taken).toBeNull();
    expect(said()).toEqual([
      'Nothing was pasted: Its owner hangs.',
      'The guest’s text was not copied: Its owner hangs.',
    ]);
  });

  it('tells how much a guest has copied, not what', () => {
    expect(guestWords('p😀ss')).toBe('Guest copied 4\u00a0characters');
  });
});

describe('a saved log', () => {
  it('arrives byte for byte, and says where it is with the way there', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await saveLog('c1/a', 'Serial 0', new Blob([bytes]));
    const back = Uint8Array.from(atob(saved[0]?.base64 ?? ''), (character) => character.charCodeAt(0));
    expect(back).toEqual(bytes);
    expect(said()).toEqual(['Log saved: /home/mara/Documents/Innkeeper/box Serial 0.log']);
    toasts.shown[0]?.action?.run();
    await expect.poll(() => shown).toEqual(['/home/mara/Documents/Innkeeper/box Serial 0.log']);
  });
});
