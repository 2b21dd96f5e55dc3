import { describe, expect, it } from 'vitest';
import { ariaKeys, isStroke, keyCaps, parseStroke } from './keys';
import { Shortcuts, type Shortcut } from './shortcuts';

const press = (key: string, init: KeyboardEventInit = {}, target?: EventTarget): KeyboardEvent => {
  const event = new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...init });
  if (target) Object.defineProperty(event, 'target', { value: target });
  return event;
};

describe('keys', () => {
  it('prints what the platform calls them', () => {
    expect(keyCaps('Mod+Shift+S', 'other')).toEqual(['Ctrl', 'Shift', 'S']);
    expect(keyCaps('Mod+Alt+Enter', 'mac')).toEqual(['⌘', '⌥', '↵']);
    expect(keyCaps('Mod+G S', 'other')).toEqual(['Ctrl', 'G', 'S']);
    expect(keyCaps({ mac: 'Meta+Backspace', other: 'Delete' }, 'mac')).toEqual(['⌘', '⌫']);
    expect(ariaKeys('Mod+K', 'other')).toBe('Control+K');
  });
  it.each([
    ['Mod+K', press('k', { ctrlKey: true }), true],
    ['Mod+K', press('k', { ctrlKey: true, shiftKey: true }), false],
    ['Mod+Shift+S', press('S', { ctrlKey: true, shiftKey: true }), true],
    ['?', press('?', { shiftKey: true }), true],
    ['Alt+P', press('π', { altKey: true, code: 'KeyP' }), true],
    ['Mod+K', press('л', { ctrlKey: true, code: 'KeyK' }), true],
    ['Mod++', press('+', { ctrlKey: true, shiftKey: true }), true],
    ['Ctrl+Space', press(' ', { ctrlKey: true }), true],
  ])('%s', (keys, event, expected) => expect(isStroke(event, parseStroke(keys, 'other'))).toBe(expected));
});

describe('shortcuts', () => {
  const make = (...list: Partial<Shortcut>[]) => {
    let now = 0;
    const ran: string[] = [];
    const shortcuts = new Shortcuts(() => now);
    shortcuts.add(
      ...list.map((s): Shortcut => ({
        id: s.keys as string,
        label: s.keys as string,
        section: '',
        keys: '',
        run: () => ran.push(s.id ?? (s.keys as string)),
        ...s,
      })),
    );
    return { shortcuts, ran, wait: (ms: number) => (now += ms) };
  };

  it('runs a chord only when its second key follows soon', () => {
    const { shortcuts, ran, wait } = make({ keys: 'Mod+G S' });
    expect(shortcuts.handle(press('g', { ctrlKey: true }))).toBe(true);
    shortcuts.handle(press('s'));
    expect(ran).toEqual(['Mod+G S']);
    shortcuts.handle(press('g', { ctrlKey: true }));
    wait(2000);
    expect(shortcuts.handle(press('s'))).toBe(false);
    expect(ran).toHaveLength(1);
  });
  it('leaves letters to text fields, but not Ctrl and letters', () => {
    const { shortcuts, ran } = make({ keys: '/' }, { keys: 'Mod+K' });
    const input = document.createElement('input');
    expect(shortcuts.handle(press('/', {}, input))).toBe(false);
    expect(shortcuts.handle(press('k', { ctrlKey: true }, input))).toBe(true);
    expect(shortcuts.handle(press('/', {}, document.createElement('div')))).toBe(true);
    expect(ran).toEqual(['Mod+K', '/']);
  });
  it('does nothing while the guest has the keyboard', () => {
    const { shortcuts } = make({ keys: 'Mod+K' });
    shortcuts.suspended = () => true;
    expect(shortcuts.handle(press('k', { ctrlKey: true }))).toBe(false);
  });
  it('follows a remap and names the conflict it makes', () => {
    const { shortcuts, ran } = make({ keys: 'Mod+B', id: 'tree' }, { keys: 'Mod+I', id: 'detail' });
    shortcuts.remap('detail', 'Mod+B');
    expect(shortcuts.conflicts()).toEqual([{ keys: 'Mod+B', labels: ['Mod+B', 'Mod+I'] }]);
    shortcuts.remap('detail', undefined);
    shortcuts.handle(press('i', { ctrlKey: true }));
    expect(ran).toEqual(['detail']);
  });
});
