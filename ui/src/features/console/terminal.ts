// The terminal of a line: xterm with what we add to it. Read when the first line is shown.
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';

export type Term = { terminal: Terminal; fit: FitAddon; search: SearchAddon };

/** Lines that can be scrolled back to. */
const SCROLLBACK = 20_000;

export function makeTerminal(element: HTMLElement): Term {
  const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name);
  const terminal = new Terminal({
    allowProposedApi: true,
    scrollback: SCROLLBACK,
    fontFamily: token('--font-mono'),
    fontSize: parseFloat(token('--t-sm')),
    lineHeight: 1.2,
    cursorBlink: false,
    theme: {
      background: token('--term-bg'),
      foreground: token('--term-fg'),
      cursor: token('--term-fg'),
      cursorAccent: token('--term-bg'),
      selectionBackground: token('--term-select'),
    },
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.open(element);
  return { terminal, fit, search };
}
