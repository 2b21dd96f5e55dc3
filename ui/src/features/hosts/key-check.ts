// How somebody finds out whether a host's key is the right one. Innkeeper only says how: it never takes a key over,
// never removes one and never goes on without one.
export type CheckStep = { text: string; command?: string };

const FILES: Record<string, string> = {
  ED25519: 'ssh_host_ed25519_key.pub',
  ECDSA: 'ssh_host_ecdsa_key.pub',
  RSA: 'ssh_host_rsa_key.pub',
};

/** The command that prints the fingerprint on the host itself; all keys when the type is not known. */
export function fingerprintCommand(keyType: string | null): string {
  const file = keyType === null ? undefined : FILES[keyType.toUpperCase()];
  return file
    ? `ssh-keygen -lf /etc/ssh/${file}`
    : 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done';
}

/** For a host that is seen for the first time. */
export const newKeySteps = (name: string, keyType: string | null): CheckStep[] => [
  {
    text: `On the console of ${name}, or over a way you already trust, print its fingerprint:`,
    command: fingerprintCommand(keyType),
  },
  { text: 'Compare it with the one above, letter by letter. If they differ, somebody else is answering.' },
];

/** For a host whose key is not the one it had. */
export const changedKeySteps = (name: string): CheckStep[] => [
  {
    text: `Ask whoever looks after ${name} whether it was reinstalled or got new keys, not over this connection.`,
  },
  {
    text: `On the console of ${name}, print its fingerprints:`,
    command: fingerprintCommand(null),
  },
  { text: 'Compare them with the fingerprint in ssh’s words below.' },
  {
    text:
      'If none is the same, another machine answers in its place: do not log in there. ' +
      'If one is the same, the old key in your known_hosts file is out of date, and putting that right is up to you.',
  },
];
