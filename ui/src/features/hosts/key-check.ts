// How somebody finds out whether a host's key is the right one. Innkeeper only says how: it never takes a key over,
// never removes one and never goes on without one.
import { fingerprintCommand } from '../../lib/host-key';

export type CheckStep = { text: string; command?: string };

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
      'If one is the same, the old key in your known_hosts file is out of date, and putting that right is up to you. Then Connect is in the menu of this page.',
  },
];
