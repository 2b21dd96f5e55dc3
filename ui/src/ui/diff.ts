// A diff as hunks. Unchanged runs are left out and counted.
import { codeLine, tokenLine, type Carry, type Token } from './code';

export type DiffLine = { mark: ' ' | '+' | '-'; before?: number; after?: number; text: string };
/** `title` says where we are; `skipped` counts the unchanged lines before the hunk. */
export type Hunk = { title?: string; skipped: number; lines: readonly DiffLine[] };

/** Each line on its own, with the state of the XML it starts in unknown: good enough for well-formed definitions. */
export function diffTokens(lines: readonly DiffLine[]): Token[][] {
  let carry: Carry = 'none';
  return lines.map((line) => {
    const result = tokenLine(codeLine(line.text), carry);
    // A removed line does not change where the new text stands.
    if (line.mark !== '-') carry = result.carry;
    return result.tokens;
  });
}

export const diffCounts = (hunks: readonly Hunk[]): { added: number; removed: number } => {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  return {
    added: lines.filter((line) => line.mark === '+').length,
    removed: lines.filter((line) => line.mark === '-').length,
  };
};

/** The first `limit` lines of all hunks, and how many more there are. */
export function firstLines(hunks: readonly Hunk[], limit: number): { hunks: Hunk[]; more: number } {
  const all = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  if (all <= limit) return { hunks: [...hunks], more: 0 };
  let left = limit;
  const shown: Hunk[] = [];
  for (const hunk of hunks) {
    if (left <= 0) break;
    shown.push({ ...hunk, lines: hunk.lines.slice(0, left) });
    left -= hunk.lines.length;
  }
  return { hunks: shown, more: all - limit };
}
