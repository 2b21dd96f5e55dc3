import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useHost } from '../../host';
import { layout } from '../../stores/layout.svelte';
import { shortcuts } from '../../stores/ui.svelte';
import { isDemo } from './demo.svelte';
import { pressed, remap, restore, takenBy } from './remap';

const press = (key: string, more: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, ...more });

beforeEach(() => {
  vi.useFakeTimers();
  const keep = { get: vi.fn(async () => undefined), set: vi.fn(async () => undefined) };
  useHost({ call: vi.fn(), listen: vi.fn(), keep, setTitle: vi.fn() } as never);
});
afterEach(() => vi.useRealTimers());

describe('new keys', () => {
  it('are named as they are pressed', () => {
    expect(pressed(press('j', { code: 'KeyJ', ctrlKey: true }), 'other')).toBe('Mod+J');
    expect(pressed(press('S', { code: 'KeyS', ctrlKey: true, shiftKey: true }), 'other')).toBe('Mod+Shift+S');
    expect(pressed(press('ф', { code: 'KeyA', ctrlKey: true }), 'other')).toBe('Mod+A');
    expect(pressed(press('F7'), 'other')).toBe('F7');
    expect(pressed(press('j', { code: 'KeyJ', metaKey: true }), 'mac')).toBe('Mod+J');
  });

  it('are never a bare letter, nor modifiers alone', () => {
    expect(pressed(press('j', { code: 'KeyJ' }), 'other')).toBeUndefined();
    expect(pressed(press('Control', { ctrlKey: true }), 'other')).toBeUndefined();
  });

  it('are told apart from those another action has, and kept', () => {
    const run = vi.fn();
    const off = shortcuts.add(
      { id: 'a', keys: 'Mod+J', label: 'Dock', section: 'View', run },
      { id: 'b', keys: 'Mod+B', label: 'Tree', section: 'View', run },
    );
    expect(takenBy('Mod+J', 'b')).toBe('Dock');
    expect(takenBy('Mod+J', 'a')).toBeUndefined();
    remap('b', 'Mod+Y');
    expect(layout.current.keys).toEqual({ b: 'Mod+Y' });
    expect(takenBy('Mod+Y', 'a')).toBe('Tree');
    restore('b');
    expect(layout.current.keys).toEqual({});
    expect(shortcuts.keysOf('b')).toBe('Mod+B');
    off();
  });
});

it('knows the demo estate by where its files are', () => {
  expect(isDemo({ uri: 'test:///home/mara/.local/share/innkeeper/demo-estate/berlin-02.xml' })).toBe(true);
  expect(isDemo({ uri: 'test:///default' })).toBe(false);
  expect(isDemo({ uri: 'qemu+ssh://demo/system' })).toBe(false);
});
