// What the host form holds, and how it becomes connection settings. One draft serves adding and editing; nothing here
// decides whether a setting is right: that is Rust's answer, which `fieldOf` brings to the field it is about.
import type { ConnectionDto, ConnectionSettings, SshHost, UriParts } from '../../generated/api';

export type Source = 'ssh' | 'address' | 'uri';
export type Scope = 'system' | 'session';

export type HostDraft = {
  source: Source;
  /** Aliases taken from ssh's configuration. */
  picked: readonly string[];
  /** `user@host`; a port typed here moves to `port`. */
  address: string;
  port: string;
  scope: Scope;
  uri: string;
  name: string;
  /** Whether the name was typed; until then it follows the address. */
  named: boolean;
  folder: string;
  keyFile: string;
  remoteSocket: string;
  connectAtStart: boolean;
  readOnly: boolean;
};

/** A field that a wrong part can stand at. */
export type Field = 'picked' | 'address' | 'port' | 'uri' | 'name' | 'folder' | 'keyFile' | 'remoteSocket';

export const emptyDraft = (source: Source = 'address'): HostDraft => ({
  source,
  picked: [],
  address: '',
  port: '',
  scope: 'system',
  uri: '',
  name: '',
  named: false,
  folder: '',
  keyFile: '',
  remoteSocket: '',
  connectAtStart: true,
  readOnly: false,
});

/** `mara@host:2222`, `mara@[fd00::7]:22`, `fd00::7`; the port only when it is one. */
export function splitPort(address: string): { address: string; port: string } {
  const found = /^(?<host>(?:[^@]*@)?(?:\[[^\]]*\]|[^:[\]@]*)):(?<port>\d+)$/.exec(address.trim());
  return found?.groups
    ? { address: found.groups['host'] ?? '', port: found.groups['port'] ?? '' }
    : { address: address.trim(), port: '' };
}

/** A bare IPv6 address needs brackets inside a URI. */
function bracketed(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const host = address.slice(at);
  return host.includes(':') && !host.startsWith('[') ? `${address.slice(0, at)}[${host}]` : address;
}

/** The host part of what was typed, without login, port and brackets. */
export function hostOf(address: string): string {
  const bare = splitPort(address).address;
  return bare.slice(bare.lastIndexOf('@') + 1).replace(/^\[|\]$/g, '');
}

export const loginOf = (address: string): string => {
  const at = address.lastIndexOf('@');
  return at > 0 ? address.slice(0, at).trim() : '';
};

const sshUri = (address: string, port: string, scope: Scope): string =>
  `qemu+ssh://${bracketed(address)}${port ? `:${port}` : ''}/${scope}`;

/** The URI the draft stands for; `alias` when several hosts of ssh's configuration are taken. */
export function uriOf(draft: HostDraft, alias: string | undefined = draft.picked[0]): string {
  if (draft.source === 'uri') return draft.uri.trim();
  if (draft.source === 'ssh') return alias === undefined ? '' : sshUri(alias, '', draft.scope);
  const { address, port } = splitPort(draft.address);
  return address === '' ? '' : sshUri(address, draft.port.trim() || port, draft.scope);
}

/** A name for a host nobody has named: its own, without the domain. */
export function suggestedName(draft: HostDraft, parts: UriParts | null): string {
  if (draft.source === 'ssh') return draft.picked[0] ?? '';
  const host = draft.source === 'uri' ? (parts?.host ?? '') : hostOf(draft.address);
  if (/^[\d.]+$/.test(host) || host.includes(':')) return host;
  return host.split('.')[0] || (parts && parts.host === null ? parts.driver : '');
}

const orNull = (text: string): string | null => text.trim() || null;

/** The settings the draft stands for. With `alias`, those of one of several hosts. */
export function settingsOf(draft: HostDraft, alias?: string): ConnectionSettings {
  return {
    name: alias ?? draft.name,
    uri: uriOf(draft, alias),
    folder: draft.folder.trim(),
    access: draft.readOnly ? 'read_only' : 'read_write',
    startup: draft.connectAtStart ? 'automatic' : 'manual',
    key_file: orNull(draft.keyFile),
    remote_socket: orNull(draft.remoteSocket),
  };
}

/** A connection as a draft. What is plain `qemu+ssh` opens as an address, anything else as its URI. */
export function draftOf(settings: ConnectionSettings | ConnectionDto): HostDraft {
  const plain = /^qemu\+ssh:\/\/(?<address>[^/?#]+)\/(?<scope>system|session)$/.exec(settings.uri)?.groups;
  const split = plain ? splitPort(plain['address'] ?? '') : undefined;
  return {
    ...emptyDraft(plain ? 'address' : 'uri'),
    address: split?.address ?? '',
    port: split?.port ?? '',
    scope: plain?.['scope'] === 'session' ? 'session' : 'system',
    uri: settings.uri,
    name: settings.name,
    named: true,
    folder: settings.folder,
    keyFile: settings.key_file ?? '',
    remoteSocket: settings.remote_socket ?? '',
    connectAtStart: settings.startup === 'automatic',
    readOnly: settings.access === 'read_only',
  };
}

/** The field that a wrong part is about, in the way the address was given. */
export function fieldOf(part: string, source: Source): Field {
  switch (part) {
    case 'name':
      return 'name';
    case 'folder':
      return 'folder';
    case 'key_file':
      return 'keyFile';
    case 'remote_socket':
      return 'remoteSocket';
    case 'port':
      return source === 'uri' ? 'uri' : source === 'ssh' ? 'picked' : 'port';
    default:
      return source === 'uri' ? 'uri' : source === 'ssh' ? 'picked' : 'address';
  }
}

/** Whether ssh's own settings (key file, far socket) mean anything for this address. */
export const usesSsh = (draft: HostDraft, parts: UriParts | null): boolean =>
  draft.source !== 'uri' || /^(ssh|libssh2?)$/.test(parts?.transport ?? '') || draft.uri.trim() === '';

/** What ssh's configuration says of a typed address, so that the form can say so. */
export function sshSays(address: string, hosts: readonly SshHost[]): SshHost | undefined {
  const host = hostOf(address);
  return host === '' ? undefined : hosts.find(({ alias }) => alias === host);
}

/** `mara@ams-kvm-03.example.net:2222`, as far as ssh's configuration says. */
export function sshTarget({ host_name, user, port }: SshHost): string {
  const target = `${user ? `${user}@` : ''}${host_name ?? ''}${port ? `:${port}` : ''}`;
  return target.replace(/@$/, '');
}

/** Pieces of a URI, the login and the host apart, for showing. Text only. */
export function uriPieces(uri: string): { text: string; strong: boolean }[] {
  const found = /^([^/]*\/\/)(?:([^@/?#]*)(@))?(\[[^\]]*\]|[^:/?#]*)(.*)$/.exec(uri);
  if (!found) return [{ text: uri, strong: false }];
  const [, scheme = '', user = '', at = '', host = '', rest = ''] = found;
  return [
    { text: scheme, strong: false },
    { text: user, strong: true },
    { text: at, strong: false },
    { text: host, strong: true },
    { text: rest, strong: false },
  ].filter(({ text }) => text !== '');
}
