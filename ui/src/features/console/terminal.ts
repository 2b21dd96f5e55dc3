// The terminal of a line: xterm with what we add to it. Read when the first line is shown.
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { bound } from './bounds';

export type Term = { terminal: Terminal; fit: FitAddon; search: SearchAddon };

const COLOURS = [
  ['red', 'brightRed'],
  ['green', 'brightGreen'],
  ['yellow', 'brightYellow'],
  ['blue', 'brightBlue'],
  ['magenta', 'brightMagenta'],
  ['cyan', 'brightCyan'],
] as const;
/** Lines that can be scrolled back to. */
const SCROLLBACK = 20_000;

export function makeTerminal(element: HTMLElement): Term {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const colours = COLOURS.flatMap(([name, bright]) => [
    [name, token(`--term-${name}`)],
    [bright, token(`--term-${name}`)],
  ]);
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
      brightBlack: token('--term-dim'),
      ...(Object.fromEntries(colours) as Record<string, string>),
    },
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  bound(terminal);
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.open(element);
  return { terminal, fit, search };
}
