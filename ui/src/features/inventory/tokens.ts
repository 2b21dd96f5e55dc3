// Tokens of the filter that a menu sets: `state:running,paused`. Several values of one key mean any of them.
import { quoted } from '../../lib/query';

/** The token of a key as it stands in the text, if it does: where, and with which values. */
function find(text: string, key: string): { start: number; end: number; values: string[] } | undefined {
  const found = new RegExp(`(^|\\s)${key}:("(?:[^"\\\\]|\\\\.)*"|\\S*)`, 'i').exec(text);
  if (!found) return undefined;
  const start = found.index + (found[1] ?? '').length;
  const value = found[2] ?? '';
  const values = value.startsWith('"')
    ? [value.slice(1, -1).replace(/\\(.)/g, '$1')]
    : value.split(',').filter((one) => one !== '');
  return { start, end: found.index + found[0].length, values };
}

const same = (a: string) => (b: string) => a.toLowerCase() === b.toLowerCase();

export const hasToken = (text: string, key: string, value: string): boolean =>
  find(text, key)?.values.some(same(value)) ?? false;

/** The text with this value added to the key's token, or taken from it. */
export function toggleToken(text: string, key: string, value: string): string {
  const token = find(text, key);
  if (!token) return `${key}:${quoted(value)} ${text}`.trimEnd();
  const kept = token.values.filter((other) => !same(value)(other));
  const next = kept.length === token.values.length ? [...kept, value] : kept;
  // A value in quotes cannot stand beside others: the newest alone stays.
  const written = next.some((one) => quoted(one) !== one) ? next.slice(-1).map(quoted) : next;
  const replaced = written.length > 0 ? `${key}:${written.join(',')}` : '';
  return `${text.slice(0, token.start)}${replaced}${text.slice(token.end)}`.replace(/\s{2,}/g, ' ').trim();
}
