import { describe, expect, it, vi } from 'vitest';
import { Actions, type VmsAction } from './actions.svelte';

const shutDown = (more: Partial<VmsAction> = {}): VmsAction => ({
  on: 'vms',
  id: 'vm.shut_down',
  title: 'Shut down',
  section: 'Virtual machines',
  keys: 'Mod+Shift+S',
  run: vi.fn(),
  ...more,
});

describe('Actions', () => {
  it('acts on the selection as it is when the key is pressed', () => {
    const actions = new Actions();
    const action = shutDown();
    actions.add(action);
    let selected = ['a'];
    actions.subjects = { vms: () => selected, host: () => undefined };
    const [shortcut] = actions.shortcuts();
    selected = ['b', 'c'];
    shortcut?.run(new KeyboardEvent('keydown'));
    expect(action.run).toHaveBeenCalledWith(['b', 'c'], undefined);
  });

  it('says why instead of running', () => {
    const actions = new Actions();
    const action = shutDown({ disabledReason: () => 'It is shut off' });
    actions.add(action);
    actions.refused = vi.fn();
    actions.run('vm.shut_down');
    expect(actions.refused).toHaveBeenLastCalledWith('Shut down', 'Select a VM first');
    actions.subjects = { vms: () => ['a'], host: () => undefined };
    actions.run('vm.shut_down');
    expect(actions.refused).toHaveBeenLastCalledWith('Shut down', 'It is shut off');
    expect(action.run).not.toHaveBeenCalled();
  });

  it('asks for a value before it runs', () => {
    const actions = new Actions();
    const action = shutDown({ id: 'vm.rename', ask: { question: (ids) => `Rename ${ids[0]} to` } });
    actions.add(action);
    actions.subjects = { vms: () => ['web-03'], host: () => undefined };
    actions.asks = vi.fn((bound) => bound.run('web-04'));
    actions.run('vm.rename');
    expect(actions.asks).toHaveBeenCalledWith(
      expect.objectContaining({ ask: expect.objectContaining({ question: 'Rename web-03 to' }) }),
    );
    expect(action.run).toHaveBeenCalledWith(['web-03'], 'web-04');
  });

  it('forgets actions that are taken off, and the later of two wins', () => {
    const actions = new Actions();
    actions.add(shutDown({ title: 'First' }));
    const off = actions.add(shutDown({ title: 'Second' }));
    expect(actions.all.map((action) => action.title)).toEqual(['Second']);
    off();
    expect(actions.get('vm.shut_down')).toBeUndefined();
  });
});
