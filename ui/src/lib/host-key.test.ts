import { expect, it } from 'vitest';
import { fingerprintCommand, fingerprintGroups } from './host-key';

it('cuts a fingerprint into groups that together are the fingerprint', () => {
  const text = 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8';
  const groups = fingerprintGroups(text);
  expect(groups.join('')).toBe(text);
  expect(groups[0]).toBe('SHA256:');
  expect(groups.slice(1, -1).every((group) => group.length === 8)).toBe(true);
});

it('names the file of the key type, and all of them when the type is none it knows', () => {
  expect(fingerprintCommand('ED25519')).toBe('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
  expect(fingerprintCommand('x; rm -rf /')).toBe(fingerprintCommand(null));
});
