import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VmDto } from '../../generated/api';
import { HostError } from '../../host';
import { FakeHost } from '../../stores/testing/host';
import { vm as row } from '../../stores/testing/rows';
import { EVERY_MS, MOST_PER_HOST, Shots } from './shots.svelte';

let waiting: { id: string; give: (base64: string) => void; refuse: (error: HostError) => void }[] = [];
let shots: Shots;
const vm = (id: string, connection_id = 'a'): VmDto => row(id, { connection_id });
const asked = (): string[] => waiting.map(({ id }) => id);
async function give(at = 0): Promise<void> {
  waiting.splice(at, 1)[0]?.give('AA');
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  waiting = [];
  new FakeHost({
    vm_screenshot: ({ id }) =>
      new Promise((ok, fail) => {
        waiting.push({ id, give: (base64) => ok({ mime: 'image/png', base64 }), refuse: fail });
      }),
  });
  shots = new Shots();
  shots.run(true);
});
afterEach(() => {
  shots.run(false);
  vi.useRealTimers();
});

describe('Shots', () => {
  it('asks a host for few at once, and for the next when one has come', async () => {
    for (const id of ['1', '2', '3', '4']) shots.want(vm(id));
    shots.want(vm('5', 'b'));
    expect(MOST_PER_HOST).toBe(2);
    expect(asked()).toEqual(['1', '2', '5']);
    await give();
    expect(asked()).toEqual(['2', '5', '3']);
    expect(shots.of('1')?.picture).toBe('data:image/png;base64,AA');
  });

  it('takes a tile again after a while, and no tile that has gone out of view', async () => {
    shots.want(vm('1'));
    shots.want(vm('2'));
    await give();
    await give();
    shots.leave('2');
    await vi.advanceTimersByTimeAsync(EVERY_MS - 1);
    expect(asked()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toEqual(['1']);
  });

  it('takes nothing while nobody looks', async () => {
    shots.want(vm('1'));
    await give();
    shots.run(false);
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    shots.want(vm('2'));
    expect(asked()).toEqual([]);
    shots.run(true);
    expect(asked().sort()).toEqual(['1', '2']);
  });

  it('keeps the last picture when there is no newer one, says why, and asks less often', async () => {
    shots.want(vm('1'));
    await give();
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    waiting.splice(0, 1)[0]?.refuse(new HostError({ code: 'connection_lost', message: 'The host is gone.' }));
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(shots.of('1')).toMatchObject({ picture: 'data:image/png;base64,AA', error: 'The host is gone.' });
    expect(asked()).toEqual([]);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(asked()).toEqual(['1']);
  });
});
