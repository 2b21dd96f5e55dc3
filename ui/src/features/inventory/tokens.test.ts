import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../lib/query';
import { hasToken, toggleToken } from './tokens';

describe('toggleToken', () => {
  it.each([
    ['', 'state', 'off', 'state:off'],
    ['web', 'state', 'off', 'state:off web'],
    ['state:off web', 'state', 'paused', 'state:off,paused web'],
    ['state:off,paused web', 'state', 'off', 'state:paused web'],
    ['web state:off', 'state', 'off', 'web'],
    ['tag:prod', 'tag', 'two words', 'tag:"two words"'],
    ['tag:"two words" web', 'tag', 'two words', 'web'],
    ['host:fra-1', 'tag', 'fra-1', 'tag:fra-1 host:fra-1'],
  ])('%j with %s:%s becomes %j', (text, key, value, wanted) => {
    expect(toggleToken(text, key, value)).toBe(wanted);
    expect(parseQuery(wanted).error).toBeNull();
  });

  it('knows what it has set', () => {
    const text = toggleToken('', 'folder', 'Old "lab" rack');
    expect(hasToken(text, 'folder', 'Old "lab" rack')).toBe(true);
    expect(hasToken(text, 'folder', 'lab')).toBe(false);
  });
});
