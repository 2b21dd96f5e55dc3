// A diff as hunks, and from texts to hunks when nobody else made them. Unchanged runs are left out and counted.
import { tokenLine, type Carry, type Token } from './code';

export type DiffLine = { mark: ' ' | '+' | '-'; before?: number; after?: number; text: string };
/** `title` says where we are; `skipped` counts the unchanged lines before the hunk. */
export type Hunk = { title?: string; skipped: number; lines: readonly DiffLine[] };

/** Each line on its own, with the state of the XML it starts in unknown: good enough for well-formed definitions. */
export function diffTokens(lines: readonly DiffLine[]): Token[][] {
  let carry: Carry = 'none';
  return lines.map((line) => {
    const result = tokenLine(line.text, carry);
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

/** Line diff by longest common subsequence with `around` unchanged lines kept beside each change. */
export function diffTexts(before: string, after: string, around = 3): Hunk[] {
  const a = splitLines(before);
  const b = splitLines(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let tail = 0;
  while (
    tail < a.length - start &&
    tail < b.length - start &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;

  const lines: DiffLine[] = [];
  const same = (i: number, j: number): number =>
    lines.push({ mark: ' ', before: i + 1, after: j + 1, text: a[i] as string });
  for (let i = 0; i < start; i++) same(i, i);
  const [midA, midB] = [a.slice(start, a.length - tail), b.slice(start, b.length - tail)];
  for (const step of middleSteps(midA, midB)) {
    if (step.mark === ' ') same(start + step.i, start + step.j);
    else if (step.mark === '-')
      lines.push({ mark: '-', before: start + step.i + 1, text: midA[step.i] as string });
    else lines.push({ mark: '+', after: start + step.j + 1, text: midB[step.j] as string });
  }
  for (let k = tail; k > 0; k--) same(a.length - k, b.length - k);
  return toHunks(lines, around);
}

const splitLines = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

type Step = { mark: ' ' | '+' | '-'; i: number; j: number };
/** Beyond this many cells the middle is shown as replaced: a definition of that size was rewritten anyway. */
const CELLS = 4_000_000;

function middleSteps(a: readonly string[], b: readonly string[]): Step[] {
  const out: Step[] = [];
  const width = b.length + 1;
  if (a.length * b.length > CELLS) {
    a.forEach((_, i) => out.push({ mark: '-', i, j: 0 }));
    b.forEach((_, j) => out.push({ mark: '+', i: 0, j }));
    return out;
  }
  const best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] =
        a[i] === b[j]
          ? (best[(i + 1) * width + j + 1] as number) + 1
          : Math.max(best[(i + 1) * width + j] as number, best[i * width + j + 1] as number);
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) out.push({ mark: ' ', i: i++, j: j++ });
    else if (
      j >= b.length ||
      (i < a.length && (best[(i + 1) * width + j] as number) >= (best[i * width + j + 1] as number))
    )
      out.push({ mark: '-', i: i++, j });
    else out.push({ mark: '+', i, j: j++ });
  }
  return out;
}

function toHunks(lines: readonly DiffLine[], around: number): Hunk[] {
  const near = lines.map(() => false);
  lines.forEach((line, i) => {
    if (line.mark === ' ') return;
    for (let k = Math.max(0, i - around); k <= Math.min(lines.length - 1, i + around); k++) near[k] = true;
  });
  const hunks: { skipped: number; lines: DiffLine[] }[] = [];
  let skipped = 0;
  lines.forEach((line, i) => {
    if (!near[i]) {
      skipped++;
      return;
    }
    if (i === 0 || !near[i - 1]) {
      hunks.push({ skipped, lines: [] });
      skipped = 0;
    }
    hunks.at(-1)?.lines.push(line);
  });
  if (skipped > 0 && hunks.length > 0) hunks.push({ skipped, lines: [] });
  return hunks;
}
