// What a VM may be called and tagged, as Rust has it, so that the field says it before anything is sent.
import { count } from './format';
import { visible } from './text';

const LONGEST_NAME = 255;
const LONGEST_TAG = 64;

/** What is wrong with a name; nothing when it is one. */
export function wrongName(text: string): string | undefined {
  const name = text.trim();
  if (name === '') return 'A name is needed.';
  if (name.includes('/')) return 'A name holds no slash.';
  if (visible(name) !== name) return 'A name holds no line breaks and no control characters.';
  if (name === '.' || name === '..') return `‘${name}’ is no name: hosts keep files under it.`;
  const bytes = new TextEncoder().encode(name).length;
  return bytes > LONGEST_NAME
    ? `A name has at most ${LONGEST_NAME} bytes, this one has ${bytes}.`
    : undefined;
}

/** What is wrong with a tag; nothing when it is one, or not there yet. */
export function wrongTag(text: string): string | undefined {
  const tag = text.trim();
  // It stands in filters as a word: a comma or a space would end it there.
  if (/[,\s]/.test(tag)) return 'A tag is one word, without commas.';
  if (visible(tag) !== tag) return 'A tag holds no control characters.';
  const { length } = [...tag];
  return length > LONGEST_TAG
    ? `A tag has at most ${count(LONGEST_TAG, 'character')}, this one has ${length}.`
    : undefined;
}
