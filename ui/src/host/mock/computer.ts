// The computer of the mock: a clipboard of its own, since a browser's asks its user, and no file manager.
import type { Commands } from '../../generated/api';
import { HostError } from '../error';

type Names = 'clipboard_read_text' | 'clipboard_write_text' | 'clipboard_write_picture' | 'file_show';
type Handlers = { [K in Names]: (request: Commands[K]['request']) => Commands[K]['response'] };

export function mockComputer(clipboard: string | null): Handlers {
  let text = clipboard ?? 'echo from the clipboard';
  const refused = new HostError({
    code: 'timeout_still_running',
    message: 'The clipboard cannot be read: the program that owns it has not answered for 5 s.',
  });
  return {
    clipboard_read_text: () => {
      if (clipboard === 'refused') throw refused;
      return { text };
    },
    clipboard_write_text: (request) => ((text = request.text), {}),
    clipboard_write_picture: () => ({}),
    file_show: () => {
      throw new HostError({ code: 'unsupported', message: 'No file manager has answered.' });
    },
  };
}
