// The computer of the mock: a clipboard of its own, since a browser's asks its user, and no file manager.
//   ?clipboard=…   (what is on it; refused)   ?viewer=none
import type { Commands } from '../../generated/api';
import { HostError } from '../error';

type Names =
  | 'clipboard_read_text'
  | 'clipboard_write_text'
  | 'clipboard_write_picture'
  | 'file_show'
  | 'viewer_check'
  | 'viewer_open'
  | 'viewer_ended';
type Handlers = {
  [K in Names]: (
    request: Commands[K]['request'],
  ) => Commands[K]['response'] | Promise<Commands[K]['response']>;
};

const NO_VIEWER = 'remote-viewer is not installed: it is in the package virt-viewer, and on virt-manager.org';

export function mockComputer(asked: URLSearchParams): Handlers {
  const [clipboard, viewer] = [asked.get('clipboard'), asked.get('viewer')];
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
    viewer_check: () => ({ vnc: viewer === 'none' ? NO_VIEWER : null, spice: null }),
    viewer_open: () => ({ viewer: 'v1' }),
    viewer_ended: () => new Promise(() => undefined),
    file_show: () => {
      throw new HostError({ code: 'unsupported', message: 'No file manager has answered.' });
    },
  };
}
