// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile, narrows, parseQuery, pieces, quoted, type QueryRow } from './query';

type Fixture = {
  rows: QueryRow[];
  cases: { query: string; matches?: string[]; error?: { message: string; start: number; end: number } }[];
};
const fixture = JSON.parse(
  readFileSync(new URL('../../../tests/fixtures/query-cases.json', import.meta.url), 'utf8'),
) as Fixture;

const named = (query: string, rows: readonly QueryRow[] = fixture.rows): string[] => {
  const fits = compile(parseQuery(query));
  return rows.filter((row) => !fits || fits(row)).map((row) => row.name);
};

describe('the grammar Rust has too', () => {
  it.each(fixture.cases)('$query', ({ query, matches, error }) => {
    expect(parseQuery(query).error).toEqual(error ?? null);
    if (matches) expect(named(query)).toEqual(matches);
  });
});

describe('a query after another one', () => {
  const known = (query: string, before: string, elsewhere = false): boolean =>
    narrows(parseQuery(query), parseQuery(before), elsewhere);

  it.each([
    ['web-1', 'web-', true],
    ['my-web', 'web', true],
    ['WEB db', 'web', true],
    ['state:running web', 'state:running', true],
    ['state:running', 'state:runnin', true],
    ['w', '', true],
    ['we', 'web', false],
    ['-web-1', '-web', false],
    ['-web', 'web', false],
    ['host:ab', 'host:a', false],
    ['state:off', 'state:off web', false],
    ['web*', 'web', false],
  ])('%j narrows %j: %s', (query, before, expected) => expect(known(query, before)).toBe(expected));

  it('narrows only by the same words while texts are looked for elsewhere too', () => {
    expect(known('web-1', 'web-', true)).toBe(false);
    expect(known('web db', 'web', true)).toBe(true);
  });

  it('never narrows where a row fits that did not fit before', () => {
    const queries = fixture.cases.map(({ query }) => query);
    for (const query of queries)
      for (const before of queries)
        if (known(query, before)) expect(named(before)).toEqual(expect.arrayContaining(named(query)));
  });
});

describe('the line while it is typed', () => {
  it('narrows by what is understood, wherever the mistake is', () => {
    expect(named('hsot:fra tag:prod')).toEqual(named('tag:prod'));
    expect(named('tag:prod mem:lots')).toEqual(named('tag:prod'));
    expect(named('tag:prod "web')).toEqual(named('tag:prod'));
  });

  it('is cut into pieces that together are the text', () => {
    const text = '  state:off  web !tag:prod hsot:x ';
    const cut = pieces(text, parseQuery(text));
    expect(cut.map((piece) => piece.text).join('')).toBe(text);
    expect(cut.filter(({ look }) => look === 'token').map((piece) => piece.text)).toEqual([
      'state:off',
      '!tag:prod',
    ]);
    expect(cut.find(({ look }) => look === 'unknown')).toEqual({
      text: 'hsot',
      look: 'unknown',
      hint: 'No field ‘hsot’. Did you mean host?',
    });
  });

  it('joins the texts of a row once, and anew for a new row', () => {
    let read = 0;
    const row = { ...(fixture.rows[0] as QueryRow) };
    Object.defineProperty(row, 'description', { get: () => (read++, 'Behind the load balancer') });
    for (const query of ['balancer', 'load', 'nothing']) named(query, [row]);
    expect(read).toBe(1);
    expect(named('changed', [{ ...row, description: 'changed' }])).toEqual(['web-01']);
  });

  it('takes the word of whoever knows the texts that rows leave out', () => {
    const fits = compile(
      parseQuery('hidden -state:paused'),
      (text, row) => text === 'hidden' && row.name !== 'web-01',
    );
    const found = fixture.rows.filter((row) => fits?.(row)).map((row) => row.name);
    expect(found).toContain('web-02');
    expect(found).not.toContain('web-01');
    expect(found).not.toContain('db-main');
  });
});

it.each(['plain', 'two words', 'a,b', 'say "hi"', 'C:\\x', 'star*', ''])(
  'quotes %j so that it means itself',
  (tag) => {
    const rows = [{ ...(fixture.rows[0] as QueryRow), tags: [tag] }];
    if (tag === '') expect(quoted(tag)).toBe('""');
    else expect(named(`tag:${quoted(tag)}`, rows)).toHaveLength(1);
  },
);
