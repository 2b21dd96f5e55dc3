// How somebody finds out whether a host's key is the right one.
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
    : 'ls /etc/ssh/ssh_host_*_key.pub | xargs -n1 ssh-keygen -lf';
}

/** A fingerprint in groups that can be compared with a finger on the screen; the text stays the same when joined. */
export function fingerprintGroups(fingerprint: string): string[] {
  const colon = fingerprint.indexOf(':') + 1;
  const [head, body] = [fingerprint.slice(0, colon), fingerprint.slice(colon)];
  return [...(head ? [head] : []), ...(body.match(/.{1,8}/gsu) ?? [])];
}
