// What a host's question is called, and what its button says.
import type { PromptDto } from '../../generated/api';

export type Words = {
  title: string;
  /** The name of the field; null when nothing is typed. */
  field: string | null;
  action: string;
};

export function wordsOf({ kind, connection }: Pick<PromptDto, 'kind' | 'connection'>): Words {
  switch (kind) {
    case 'password':
      return { title: `Password for ${connection}`, field: 'Password', action: 'Log in' };
    case 'passphrase':
      return { title: `Passphrase of a key for ${connection}`, field: 'Passphrase', action: 'Unlock key' };
    case 'new_host_key':
      return { title: `Is this the key of ${connection}?`, field: null, action: 'Trust this key' };
    case 'other':
      return { title: `${connection} asks`, field: 'Answer', action: 'Answer' };
  }
}
