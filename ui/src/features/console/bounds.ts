// What a guest may have its terminal do. xterm repeats what it is told as often as it is told, and nothing else runs
// meanwhile: `ESC [ 2147483647 S`, in a file that somebody looks at, would stop the window for good.
import type { Terminal } from '@xterm/xterm';

/** More than any screen has lines or columns to do it to. */
export const MOST_TIMES = 4096;
/** Repeats a letter, tabs forwards and back, inserts and deletes lines, scrolls up and down. */
const REPEATED = ['b', 'I', 'Z', 'L', 'M', 'S', 'T'] as const;

/** Leaves out what is to be done more often than makes sense. */
export function bound(terminal: Terminal): void {
  for (const final of REPEATED)
    terminal.parser.registerCsiHandler(
      { final },
      ([times]) => typeof times === 'number' && times > MOST_TIMES,
    );
}
