import { describe, expect, it, vi } from 'vitest';
import { Registry, type VmsAction } from './registry.svelte';

const shutDown = (more: Partial<VmsAction> = {}): VmsAction => ({
  on: 'vms',
  id: 'vm.shut_down',
  title: 'Shut down',
  section: 'Virtual machines',
  keys: 'Mod+Shift+S',
  run: vi.fn(),
  ...more,
});

describe('Registry', () => {
  it('acts on the selection as it is when the key is pressed', () => {
    const registry = new Registry();
    const action = shutDown();
    registry.add(action);
    let selected = ['a'];
    registry.subjects = { vms: () => selected, host: () => undefined };
    const [shortcut] = registry.shortcuts();
    selected = ['b', 'c'];
    shortcut?.run(new KeyboardEvent('keydown'));
    expect(action.run).toHaveBeenCalledWith(['b', 'c'], undefined);
  });

  it('says why instead of running', () => {
    const registry = new Registry();
    const action = shutDown({ disabledReason: () => 'It is shut off' });
    registry.add(action);
    registry.refused = vi.fn();
    registry.run('vm.shut_down');
    expect(registry.refused).toHaveBeenLastCalledWith('Shut down', 'Select a VM first');
    registry.subjects = { vms: () => ['a'], host: () => undefined };
    registry.run('vm.shut_down');
    expect(registry.refused).toHaveBeenLastCalledWith('Shut down', 'It is shut off');
    expect(action.run).not.toHaveBeenCalled();
  });

  it('asks for a value before it runs', () => {
    const registry = new Registry();
    const action = shutDown({ id: 'vm.rename', ask: { question: (ids) => `Rename ${ids[0]} to` } });
    registry.add(action);
    registry.subjects = { vms: () => ['web-03'], host: () => undefined };
    registry.asks = vi.fn((bound) => bound.run('web-04'));
    registry.run('vm.rename');
    expect(registry.asks).toHaveBeenCalledWith(
      expect.objectContaining({ ask: expect.objectContaining({ question: 'Rename web-03 to' }) }),
    );
    expect(action.run).toHaveBeenCalledWith(['web-03'], 'web-04');
  });

  it('forgets actions that are taken off, and the later of two wins', () => {
    const registry = new Registry();
    registry.add(shutDown({ title: 'First' }));
    const off = registry.add(shutDown({ title: 'Second' }));
    expect(registry.all.map((action) => action.title)).toEqual(['Second']);
    off();
    expect(registry.get('vm.shut_down')).toBeUndefined();
  });
});
