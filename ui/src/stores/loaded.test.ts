import { describe, expect, it, vi } from 'vitest';
import { Loaded } from './loaded.svelte';

describe('Loaded', () => {
  it('drops an answer that comes after another question', async () => {
    const loaded = new Loaded<string>();
    let slow: (text: string) => void = () => {};
    loaded.ask('a', () => new Promise((done) => (slow = done)));
    loaded.ask('b', () => Promise.resolve('b'));
    slow('a');
    await vi.waitFor(() => expect(loaded.value).toBe('b'));
    expect(loaded.wait).toBe('none');
  });

  it('shows the old answer while it asks again, and nothing of another subject', async () => {
    const loaded = new Loaded<string>();
    loaded.ask('a 1', () => Promise.resolve('old'));
    await vi.waitFor(() => expect(loaded.value).toBe('old'));
    loaded.again('a 2', () => new Promise(() => {}));
    expect(loaded.value).toBe('old');
    loaded.ask('b 1', () => new Promise(() => {}));
    expect(loaded.value).toBeUndefined();
  });

  it('tells why there is no answer', async () => {
    const loaded = new Loaded<string>();
    loaded.ask('a', () => Promise.reject(new Error('gone')));
    await vi.waitFor(() => expect(loaded.error?.code).toBe('internal'));
  });
});
