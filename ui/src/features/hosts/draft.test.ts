import { describe, expect, it } from 'vitest';
import type { SshHost } from '../../generated/api';
import {
  draftOf,
  emptyDraft,
  fieldOf,
  settingsOf,
  splitPort,
  sshSays,
  suggestedName,
  uriOf,
  uriPieces,
} from './draft';

const typed = (address: string, more: object = {}) => ({ ...emptyDraft(), address, ...more });

describe('an address', () => {
  it.each([
    ['mara@ams-kvm-03.example.net:2222', 'mara@ams-kvm-03.example.net', '2222'],
    ['ams-kvm-03', 'ams-kvm-03', ''],
    [' root@[fd00::7]:22 ', 'root@[fd00::7]', '22'],
    ['fd00::7', 'fd00::7', ''],
    ['host:port', 'host:port', ''],
  ])('%s', (text, address, port) => {
    expect(splitPort(text)).toEqual({ address, port });
  });

  it.each([
    [typed('mara@host:2222'), 'qemu+ssh://mara@host:2222/system'],
    [typed('host', { port: '22', scope: 'session' }), 'qemu+ssh://host:22/session'],
    [typed('root@fd00::7'), 'qemu+ssh://root@[fd00::7]/system'],
    [typed(''), ''],
  ])('becomes a URI', (draft, uri) => {
    expect(uriOf(draft)).toBe(uri);
  });
});

describe('a draft', () => {
  it('goes to settings and back without losing anything', () => {
    const settings = {
      name: 'ams-kvm-03',
      uri: 'qemu+ssh://mara@ams-kvm-03.example.net:2222/session',
      folder: 'Amsterdam',
      access: 'read_only',
      startup: 'manual',
      key_file: '~/.ssh/lab',
      remote_socket: '/run/libvirt/virtqemud-sock',
    } as const;
    expect(draftOf(settings).source).toBe('address');
    expect(settingsOf(draftOf(settings))).toEqual(settings);
  });

  it('keeps a URI that is more than an address as it is', () => {
    for (const uri of ['qemu+ssh://h/system?no_verify=1', 'xen+tls://h/system', 'test:///default']) {
      const draft = draftOf({ ...settingsOf(emptyDraft()), uri });
      expect(draft.source).toBe('uri');
      expect(settingsOf(draft).uri).toBe(uri);
    }
  });

  it('takes several hosts of ssh config, each by its own name', () => {
    const draft = {
      ...emptyDraft('ssh'),
      picked: ['ams-1', 'ams-2'],
      name: 'typed before',
      folder: 'Amsterdam',
    };
    const names = draft.picked.map((alias) => settingsOf(draft, alias));
    expect(names.map(({ name, uri }) => [name, uri])).toEqual([
      ['ams-1', 'qemu+ssh://ams-1/system'],
      ['ams-2', 'qemu+ssh://ams-2/system'],
    ]);
    expect(names.every(({ folder }) => folder === 'Amsterdam')).toBe(true);
  });

  it('suggests the short name, but not of an address in numbers', () => {
    expect(suggestedName(typed('mara@ams-kvm-03.example.net:22'), null)).toBe('ams-kvm-03');
    expect(suggestedName(typed('10.20.0.13'), null)).toBe('10.20.0.13');
    expect(suggestedName(typed('fd00::7'), null)).toBe('fd00::7');
    expect(suggestedName({ ...emptyDraft('ssh'), picked: ['lab.a'] }, null)).toBe('lab.a');
  });
});

describe('what is wrong', () => {
  it('stands at the field the user filled in', () => {
    expect(fieldOf('name', 'address')).toBe('name');
    expect(fieldOf('host', 'address')).toBe('address');
    expect(fieldOf('port', 'address')).toBe('port');
    expect(fieldOf('port', 'uri')).toBe('uri');
    expect(fieldOf('transport', 'uri')).toBe('uri');
    expect(fieldOf('host', 'ssh')).toBe('picked');
  });
});

it('knows what ssh config says of a typed host', () => {
  const lab: SshHost = { alias: 'lab', host_name: '10.0.0.5', user: 'root', port: 2222, used_by: null };
  expect(sshSays('mara@lab', [lab])).toBe(lab);
  expect(sshSays('lab2', [lab])).toBeUndefined();
});

it('sets login and host apart in a URI', () => {
  const strong = (uri: string) =>
    uriPieces(uri)
      .filter((piece) => piece.strong)
      .map((piece) => piece.text);
  expect(strong('qemu+ssh://mara@ams:2222/system')).toEqual(['mara', 'ams']);
  expect(strong('qemu+ssh://[fd00::7]/system')).toEqual(['[fd00::7]']);
  expect(strong('qemu:///system')).toEqual([]);
  expect(
    uriPieces('<b>')
      .map((piece) => piece.text)
      .join(''),
  ).toBe('<b>');
});
