import { describe, expect, it } from 'vitest';
import { codeLines, tokenLine } from './code';
import { diffCounts, diffTexts } from './diff';

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

describe('diff', () => {
  const marks = (a: string, b: string, around?: number): string[] =>
    diffTexts(a, b, around).flatMap((h) => [
      ...(h.skipped ? [`~${h.skipped}`] : []),
      ...h.lines.map((l) => l.mark + l.text),
    ]);

  it('shows what goes and what comes, with the lines around', () => {
    expect(marks('a\nb\nc\nd\ne\n', 'a\nb\nX\nd\ne\n', 1)).toEqual(['~1', ' b', '-c', '+X', ' d', '~1']);
  });
  it('numbers both sides', () => {
    expect(diffTexts('a\nb\n', 'a\nnew\nb\n')[0]?.lines.map((l) => [l.before, l.after])).toEqual([
      [1, 1],
      [undefined, 2],
      [2, 3],
    ]);
  });
  it('keeps apart changes that are far apart and joins near ones', () => {
    const a = Array.from({ length: 20 }, (_, i) => `l${i}`);
    const far = a.with(2, 'x').with(17, 'y').join('\n');
    expect(diffTexts(a.join('\n'), far).filter((h) => h.lines.length > 0)).toHaveLength(2);
    expect(
      diffTexts(a.join('\n'), a.with(2, 'x').with(5, 'y').join('\n')).filter((h) => h.lines.length > 0),
    ).toHaveLength(1);
  });
  it('is empty for equal texts and counts for others', () => {
    expect(diffTexts('a\n', 'a\n')).toEqual([]);
    expect(diffCounts(diffTexts('a\nb\n', 'b\nc\nd\n'))).toEqual({ added: 2, removed: 1 });
  });
});
