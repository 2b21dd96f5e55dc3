import { describe, expect, it } from 'vitest';
import { match } from './fuzzy';

const labels = (query: string, items: Parameters<typeof match>[1]): string[] =>
  match(query, items).map((m) => m.item.label);
const of = (...list: string[]) => list.map((label) => ({ label }));

describe('matching in the palette', () => {
  it('puts starts before word starts before parts of words', () => {
    expect(labels('web', of('cobweb', 'old web', 'web-01'))).toEqual(['web-01', 'old web', 'cobweb']);
  });
  it('keeps the given order among equals', () => {
    expect(labels('s', of('Shut down', 'Save', 'Start'))).toEqual(['Shut down', 'Save', 'Start']);
  });
  it('finds initials and letters in their order, and nothing else', () => {
    expect(labels('sd', of('Shut down', 'Start', 'sound'))).toEqual(['Shut down', 'sound']);
    expect(labels('xyz', of('Shut down'))).toEqual([]);
  });
  it('ranks a live thing above a stale one', () => {
    expect(labels('web', [{ label: 'web-old', weight: 0.5 }, { label: 'web-new' }])).toEqual([
      'web-new',
      'web-old',
    ]);
  });
  it('finds by address without marking letters of the name', () => {
    const [found] = match('10.20', [{ label: 'sonar', also: '10.20.1.4' }]);
    expect(found?.pieces).toEqual([{ text: 'sonar', hit: false }]);
  });
  it('marks what matched', () => {
    expect(match('spam', of('mail-spam-filter'))[0]?.pieces).toEqual([
      { text: 'mail-', hit: false },
      { text: 'spam', hit: true },
      { text: '-filter', hit: false },
    ]);
  });
  it('shows everything in its order for an empty query', () => {
    expect(labels(' ', of('b', 'a'))).toEqual(['b', 'a']);
  });
});
