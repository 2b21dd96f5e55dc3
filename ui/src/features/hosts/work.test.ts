import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PutConnection } from '../../generated/api';
import { HostError, useHost } from '../../host';
import { endWork, workOn } from './work.svelte';

let put: PutConnection[];
let refuse: (request: PutConnection) => void;

beforeEach(() => {
  put = [];
  refuse = () => {};
  const call = vi.fn(async (name: string, request: PutConnection) => {
    if (name === 'connection_check') return { parts: null, wrong: [] };
    if (name === 'ssh_hosts') return [];
    refuse(request);
    put.push(request);
    return {};
  });
  useHost({ call, listen: vi.fn(), keep: { get: vi.fn(), set: vi.fn() }, setTitle: vi.fn() } as never);
  endWork('');
});

describe('adding hosts of ssh config', () => {
  it('adds each under its own name', async () => {
    const work = workOn('');
    work.draft.source = 'ssh';
    work.draft.picked = ['ams-1', 'ams-2', 'ams-3'];
    expect(await work.save(true)).toEqual({ done: 3, of: 3 });
    expect(put.map(({ settings, connect }) => [settings.name, settings.uri, connect])).toEqual([
      ['ams-1', 'qemu+ssh://ams-1/system', true],
      ['ams-2', 'qemu+ssh://ams-2/system', true],
      ['ams-3', 'qemu+ssh://ams-3/system', true],
    ]);
  });

  it('keeps what could not be added, and only that', async () => {
    const work = workOn('');
    work.draft.source = 'ssh';
    work.draft.picked = ['ams-1', 'ams-2', 'ams-3'];
    refuse = ({ settings }) => {
      if (settings.name === 'ams-2') throw new HostError({ code: 'name_in_use', message: 'ams-2 is taken.' });
    };
    expect(await work.save(false)).toBeUndefined();
    expect(work.error?.message).toBe('ams-2 is taken.');
    expect(work.draft.picked).toEqual(['ams-2', 'ams-3']);
  });
});

describe('a name', () => {
  it('follows the address until it is typed', () => {
    const work = workOn('');
    work.draft.address = 'mara@ams-kvm-03.example.net';
    work.suggestName();
    expect(work.draft.name).toBe('ams-kvm-03');
    work.draft.name = 'rack 7';
    work.draft.named = true;
    work.draft.address = 'mara@ams-kvm-04';
    work.suggestName();
    expect(work.draft.name).toBe('rack 7');
  });
});

it('keeps the draft of a closed tab and forgets that of a saved host', async () => {
  workOn('').draft.address = 'half typed';
  expect(workOn('').draft.address).toBe('half typed');
  endWork('');
  expect(workOn('').draft.address).toBe('');
});

it('brings a refused field to the form', async () => {
  const work = workOn('');
  work.draft.address = 'host';
  work.draft.name = 'ams';
  refuse = () => {
    const fields = [{ part: 'name', message: 'Amsterdam already has this name.' }];
    throw new HostError({ code: 'invalid_input', message: 'Not added.', fields });
  };
  expect(await work.save(true)).toBeUndefined();
  expect(work.check.at('name', 'address')).toBe('Amsterdam already has this name.');
  expect(work.error).toBeNull();
});
