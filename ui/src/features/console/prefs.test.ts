import { beforeEach, describe, expect, it, vi } from 'vitest';
import { host as current } from '../../host';
import { start } from '../../stores/feed';
import { FakeHost } from '../../stores/testing/host';
import { Prefs } from './prefs.svelte';

const settled = (host: FakeHost, kept: unknown): Promise<void> =>
  vi.waitFor(() => expect(host.kept.consoles).toEqual(kept));

let host: FakeHost;
beforeEach(() => {
  host = new FakeHost();
});

describe('Prefs', () => {
  it('keeps what another window has kept meanwhile', async () => {
    const [main, own] = [new Prefs(), new Prefs()];
    await Promise.all([main.load(), own.load()]);
    main.put('a', { shown: 'line serial0' });
    main.quality = 'slow';
    await settled(host, { scale: 'fit', quality: 'slow', vms: { a: { shown: 'line serial0' } } });
    own.scale = 'actual';
    own.put('a', { layout: 'de' });
    own.put('b', { muted: true });
    expect(own.scale, 'shown at once').toBe('actual');
    await settled(host, {
      scale: 'actual',
      quality: 'slow',
      vms: { a: { shown: 'line serial0', layout: 'de' }, b: { muted: true } },
    });
    await vi.waitFor(() => expect(own.quality).toBe('slow'));
  });

  it('shows what another window chooses, and forgets nothing of its own for it', async () => {
    // The first snapshot is of no interest here, only what is heard after it.
    await start().catch(() => undefined);
    const prefs = new Prefs();
    await prefs.load();
    const of = { scale: 'resize', quality: 'best', vms: {} };
    host.send({ event: 'kept', name: 'other', value: of });
    expect(prefs.scale).toBe('fit');
    host.send({ event: 'kept', name: 'consoles', value: of });
    expect(prefs.scale).toBe('resize');
    prefs.scale = 'actual';
    host.send({ event: 'kept', name: 'consoles', value: of });
    expect(prefs.scale, 'chosen after that').toBe('actual');
    await settled(host, { scale: 'actual', quality: 'balanced', vms: {} });
    host.send({ event: 'kept', name: 'consoles', value: null });
    expect(prefs.scale, 'as at the start').toBe('fit');
  });

  it('shows what was chosen also where nothing can be kept', async () => {
    const prefs = new Prefs();
    await prefs.load();
    const get = vi.spyOn(current.keep, 'get').mockRejectedValue(new Error('gone'));
    const set = vi.spyOn(current.keep, 'set').mockRejectedValue(new Error('full'));
    prefs.quality = 'best';
    await vi.waitFor(() => expect(set).toHaveBeenCalled());
    get.mockRestore();
    set.mockRestore();
    prefs.scale = 'actual';
    await settled(host, { scale: 'actual', quality: 'balanced', vms: {} });
  });
});
