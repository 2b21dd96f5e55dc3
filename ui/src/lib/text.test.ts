import { describe, expect, it } from 'vitest';
import { cut, hash, middle, naturalKey, quote, visible } from './text';

describe('text from hosts', () => {
  it('shows control characters instead of obeying them', () => {
    expect(visible('a\nb\u001b[31m\u0007\u007f')).toBe('a␤b␛[31m␇␡');
  });
  it('takes the power from direction overrides', () => expect(visible('txt.\u202eexe')).toBe('txt.�exe'));
  it('cuts long text, and not through a character', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('ab😀cdef', 4)).toBe('ab…');
    expect(cut('abcd', 4)).toBe('abcd');
  });
  it('quotes what was typed, however much that was', () => {
    expect(quote(' web ')).toBe('‘web’');
    expect(quote('x'.repeat(10_000))).toHaveLength(62);
    expect(quote('a\u202eb')).toBe('‘a�b’');
  });
  it('keeps the tail when the middle goes', () => {
    expect(middle('customer-portal-staging-frontend-02', 20)).toBe('customer-p…ontend-02');
    expect(middle('short', 20)).toBe('short');
  });
});

describe('order and hue', () => {
  it('sorts as people count', () => {
    const names = ['web-10', 'Web-2', 'web-1', 'älter', 'web-002b', 'alt'];
    const sorted = names.toSorted((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1));
    expect(sorted).toEqual(['alt', 'älter', 'web-1', 'Web-2', 'web-002b', 'web-10']);
  });
  it.each([
    'production staging test development',
    'prod staging test dev',
    'production database web mail cache backup',
    'prod db web mail cache backup',
    'windows linux production',
  ])('gives tags that stand together different hues: %s', (line) => {
    const hues = line.split(' ').map((tag) => hash(tag) % 8);
    expect(new Set(hues).size).toBe(hues.length);
  });
});
