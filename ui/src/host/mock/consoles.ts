// Consoles of the mock: what is listed and typed. There is no socket to open in a plain browser.
import type { AppEvent, Commands, ConsolesDto, KeyboardLayout, OneVm, VmDto } from '../../generated/api';
import { HostError } from '../error';
import { pause } from './work';

type Names =
  | 'console_list'
  | 'console_open'
  | 'console_close'
  | 'console_traffic'
  | 'console_keys'
  | 'console_type'
  | 'console_type_cancel'
  | 'console_type_check'
  | 'console_layouts'
  | 'vm_screenshot'
  | 'vm_screenshot_save';
type ConsoleHandlers = {
  [K in Names]: (
    request: Commands[K]['request'],
  ) => Commands[K]['response'] | Promise<Commands[K]['response']>;
};

const LAYOUTS: KeyboardLayout[] = [
  { id: 'us', name: 'English (US)' },
  { id: 'de', name: 'German' },
];
// eslint-disable-next-line no-control-regex -- exactly what these keyboards have
const TYPED: Record<string, RegExp> = { us: /[\x00-\x7f]/, de: /[\x00-\x7fäöüßÄÖÜ]/ };
/** One grey pixel. */
const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==';

const unmappable = (text: string, layout: string): string[] => [
  ...new Set([...text].filter((character) => !TYPED[layout]?.test(character))),
];

export function consoleHandlers(
  vmOf: (id: string) => VmDto,
  emit: (event: AppEvent) => void,
): ConsoleHandlers {
  const typing = new Set<string>();
  let runs = 0;
  const on = ({ id }: OneVm): VmDto => {
    const vm = vmOf(id);
    if (vm.state !== 'running' && vm.state !== 'paused')
      throw new HostError({
        code: 'invalid_state',
        message: `Cannot look at ${vm.name}: it is not running.`,
      });
    return vm;
  };
  const type = async (run: string, total: number): Promise<void> => {
    for (let done = 1; done <= total && typing.has(run); done++) {
      await pause(20);
      emit({ event: 'typing', run, done, total, error: null, ended: done === total });
    }
    typing.delete(run);
  };
  const list = (request: OneVm): ConsolesDto => {
    on(request);
    return {
      displays: [
        { index: 0, kind: 'vnc', address: '127.0.0.1:5900', tunnelled: true, needs_password: false },
      ],
      lines: [{ alias: 'serial0', label: 'Serial 0', kind: 'serial', unusable: null }],
    };
  };
  return {
    console_list: list,
    console_open: () => {
      throw new HostError({ code: 'unsupported', message: 'There is no host to look at here.' });
    },
    console_close: () => ({}),
    console_traffic: () => ({ received_bytes: 0, sent_bytes: 0, latency_ms: null }),
    console_keys: (request) => (on(request), {}),
    console_type: (request) => {
      on(request);
      const run = `typing-${String(++runs)}`;
      typing.add(run);
      void type(run, request.text.length);
      return { run };
    },
    console_type_cancel: ({ run }) => (typing.delete(run), {}),
    console_type_check: ({ text, layout }) => ({ unmappable: unmappable(text, layout), keys: text.length }),
    console_layouts: () => LAYOUTS,
    vm_screenshot: (request) => (on(request), { mime: 'image/png', base64: PICTURE }),
    vm_screenshot_save: (request) => ({ path: `/home/mara/Pictures/${on(request).name}.png` }),
  };
}
