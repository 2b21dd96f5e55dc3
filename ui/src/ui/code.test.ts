import { describe, expect, it } from 'vitest';
import { codeLines, tokenLine } from './code';
import { diffCounts, diffTokens, firstLines, type Hunk } from './diff';

const kinds = (line: string, carry?: Parameters<typeof tokenLine>[1]): string =>
  tokenLine(line, carry)
    .tokens.map((t) => `${t.kind}:${t.text}`)
    .join('|');

describe('XML as words', () => {
  it('tells names, attributes and values apart', () => {
    expect(kinds('  <disk type=\'file\' readonly="yes"/>')).toBe(
      'text:  |mark:<|name:disk|text: |attr:type|text:=|value:\'file\'|text: |attr:readonly|text:=|value:"yes"|mark:/>',
    );
    expect(kinds('<name>a &lt; b</name>')).toBe(
      'mark:<|name:name|mark:>|text:a &lt; b|mark:</|name:name|mark:>',
    );
  });
  it('is not led astray by > in a value or by comments over lines', () => {
    expect(kinds("<a b='x>y'>")).toContain("value:'x>y'");
    expect(tokenLine('<!-- one').carry).toBe('comment');
    expect(kinds('two --><a/>', 'comment')).toBe('comment:two -->|mark:<|name:a|mark:/>');
  });
  it.each(['<', '<<>', "<a b='", '<!--', '<![CDATA[', '</', 'a]]>b', '<?xml'])(
    'loses no letter of “%s”',
    (line) => {
      expect(
        tokenLine(line)
          .tokens.map((t) => t.text)
          .join(''),
      ).toBe(line);
    },
  );
  it('folds what is indented deeper and cuts what is huge', () => {
    const { lines } = codeLines('<a>\n  <b>\n    <c/>\n    <d/>\n  </b>\n</a>\n');
    expect(lines.map((l) => l.folds)).toEqual([4, 2, 0, 0, 0, 0]);
    const huge = codeLines(`${'<x/>\n'.repeat(5000)}`);
    expect([huge.lines.length, huge.more]).toEqual([2000, 3000]);
    expect(codeLines('y'.repeat(1_000_000)).lines[0]?.tokens[0]?.text.length).toBe(2000);
  });
});

it('does not let code turn a line around', () => {
  const { lines } = codeLines("\t<source file='/vm/\u202egpj.exe'/>");
  expect(lines[0]?.tokens.map((token) => token.text).join('')).toBe("\t<source file='/vm/�gpj.exe'/>");
});

describe('diff', () => {
  const line = (mark: ' ' | '+' | '-', text: string) => ({ mark, text });
  const hunks: Hunk[] = [
    { skipped: 1, lines: [line(' ', 'a'), line('-', '<b/>'), line('+', '<!-- c')] },
    { skipped: 4, lines: [line('+', 'd -->'), line('+', '<e/>')] },
  ];

  it('counts what comes and what goes', () => {
    expect(diffCounts(hunks)).toEqual({ added: 3, removed: 1 });
  });
  it('shows the beginning of a long one, and how much follows', () => {
    expect(firstLines(hunks, 5)).toEqual({ hunks, more: 0 });
    const { hunks: shown, more } = firstLines(hunks, 4);
    expect(shown.map(({ skipped, lines }) => [skipped, lines.length])).toEqual([
      [1, 3],
      [4, 1],
    ]);
    expect(more).toBe(1);
    expect(firstLines(hunks, 3).hunks).toHaveLength(1);
  });
  it('cuts a line that would stop the window', () => {
    const [tokens] = diffTokens([line('+', `<title>${'😀'.repeat(500_000)}</title>`)]);
    const text = (tokens ?? []).map((token) => token.text).join('');
    expect(text.length).toBeLessThanOrEqual(2000);
    expect(text.endsWith('😀…')).toBe(true);
  });
});
