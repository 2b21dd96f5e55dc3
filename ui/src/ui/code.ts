// XML as coloured words, and lines that can be folded. Tokens are plain text with a kind: nothing here makes markup.
import { cut, straight } from '../lib/text';

export type TokenKind = 'text' | 'mark' | 'name' | 'attr' | 'value' | 'comment';
export type Token = { text: string; kind: TokenKind };

const IN_TAG = /([\w:.-]+)(\s*=\s*)("[^"]*"?|'[^']*'?)|([\w:.-]+)|([^\w'"]+|['"])/g;

/** State at the end of a line, carried into the next: inside a comment, a CDATA section or a tag. */
export type Carry = 'none' | 'comment' | 'cdata' | 'tag';

/** One line of XML. Never throws: what is no XML is plain text. */
export function tokenLine(line: string, carry: Carry = 'none'): { tokens: Token[]; carry: Carry } {
  const tokens: Token[] = [];
  const push = (text: string, kind: TokenKind): void => {
    if (text !== '') tokens.push({ text, kind });
  };
  let at = 0;
  let now = carry;
  while (at < line.length) {
    if (now === 'comment' || now === 'cdata') {
      const end = now === 'comment' ? '-->' : ']]>';
      const close = line.indexOf(end, at);
      const to = close < 0 ? line.length : close + end.length;
      push(line.slice(at, to), now === 'comment' ? 'comment' : 'text');
      at = to;
      if (close >= 0) now = 'none';
    } else if (now === 'tag') {
      const close = tagEnd(line, at);
      pushTag(line.slice(at, close), push, false);
      if (close < line.length) {
        const slash = line[close] === '/' || line[close] === '?';
        push(line.slice(close, close + (slash ? 2 : 1)), 'mark');
        at = close + (slash ? 2 : 1);
        now = 'none';
      } else at = close;
    } else {
      const open = line.indexOf('<', at);
      push(line.slice(at, open < 0 ? line.length : open), 'text');
      if (open < 0) break;
      if (line.startsWith('<!--', open)) now = 'comment';
      else if (line.startsWith('<![CDATA[', open)) now = 'cdata';
      else {
        const start = /^<[/?!]?/.exec(line.slice(open))?.[0] ?? '<';
        push(start, 'mark');
        const name = /^[\w:.-]+/.exec(line.slice(open + start.length))?.[0] ?? '';
        push(name, 'name');
        at = open + start.length + name.length;
        now = 'tag';
        continue;
      }
      at = open;
    }
  }
  return { tokens, carry: now };
}

/** The end of a tag, skipping quoted values. */
function tagEnd(line: string, from: number): number {
  let quote = '';
  for (let i = from; i < line.length; i++) {
    const c = line[i] as string;
    if (quote) {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '>' || ((c === '/' || c === '?') && line[i + 1] === '>')) return i;
  }
  return line.length;
}

function pushTag(text: string, push: (text: string, kind: TokenKind) => void, named: boolean): void {
  for (const [, attr, equals, value, word, other] of text.matchAll(IN_TAG)) {
    if (attr !== undefined) {
      push(attr, 'attr');
      push(equals ?? '', 'text');
      push(value ?? '', 'value');
    } else if (word !== undefined) push(word, named ? 'name' : 'attr');
    else push(other ?? '', 'text');
  }
}

export type CodeLine = {
  number: number;
  tokens: Token[];
  /** How many lines the fold at this line hides. */ folds: number;
};

/** The first lines of a long text; the rest is told by number and asked for. */
export const CODE_LIMIT = 2000;
const LINE_LIMIT = 2000;
/** A line as far as it is shown: one of a million characters would stop the window, one turned around would lie. */
export const codeLine = (line: string): string => straight(cut(line, LINE_LIMIT));

export function codeLines(text: string, limit = CODE_LIMIT): { lines: CodeLine[]; more: number } {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  const shown = all.slice(0, limit).map(codeLine);
  let carry: Carry = 'none';
  const lines = shown.map((line, i): CodeLine => {
    const result = tokenLine(line, carry);
    carry = result.carry;
    return { number: i + 1, tokens: result.tokens, folds: 0 };
  });
  const depth = shown.map((line) => (line.trim() === '' ? Number.POSITIVE_INFINITY : line.search(/\S/)));
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as CodeLine;
    let end = i + 1;
    while (end < lines.length && (depth[end] as number) > (depth[i] as number)) end++;
    // Only what holds more than one line is worth a fold.
    if (end - i - 1 > 1) line.folds = end - i - 1;
  }
  return { lines, more: all.length - shown.length };
}
