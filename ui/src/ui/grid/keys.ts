// What a key press means in the grid. Where it leads is the grid's business.
import { platform, type Platform } from '../../lib/keys';

export type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';
export type Intent =
  | { kind: 'move'; move: Move; mode: 'select' | 'extend' | 'only' }
  | { kind: 'fold' | 'unfold' | 'all' | 'clear' | 'toggle' | 'detail' | 'rename' | 'menu' }
  | { kind: 'open'; alt: boolean }
  | { kind: 'copy'; table: boolean }
  | { kind: 'type'; text: string };

const MOVES: Record<string, Move> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'home',
  End: 'end',
};

export function intentOf(event: KeyboardEvent, on: Platform = platform): Intent | undefined {
  const mod = on === 'mac' ? event.metaKey : event.ctrlKey;
  const other = on === 'mac' ? event.ctrlKey : event.metaKey;
  const { key, shiftKey, altKey } = event;
  if (other) return undefined;
  const move = MOVES[key];
  if (move && !altKey) return { kind: 'move', move, mode: shiftKey ? 'extend' : mod ? 'only' : 'select' };
  if (key === ' ' && (on === 'mac' ? altKey : mod)) return { kind: 'toggle' };
  if (mod && !altKey) {
    if (key.toLowerCase() === 'a' && !shiftKey) return { kind: 'all' };
    if (key.toLowerCase() === 'c') return { kind: 'copy', table: shiftKey };
    return undefined;
  }
  if (mod) return undefined;
  if (key === 'Enter' && !shiftKey) return { kind: 'open', alt: altKey };
  if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) return { kind: 'menu' };
  if (altKey) return undefined;
  if (key === 'ArrowLeft') return { kind: 'fold' };
  if (key === 'ArrowRight') return { kind: 'unfold' };
  if (key === 'Escape') return { kind: 'clear' };
  if (key === 'F2') return { kind: 'rename' };
  if (key === ' ') return { kind: 'detail' };
  // `/` and `?` belong to the window's shortcuts.
  if (key.length === 1 && key !== '/' && key !== '?') return { kind: 'type', text: key };
  return undefined;
}
