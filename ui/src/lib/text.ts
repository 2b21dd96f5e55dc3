// Text from hosts and guests is text, never markup: control characters become visible and length is bounded here.

const CUT = 200;
const NAMED: Record<string, string> = { '\n': '␤', '\r': '␍', '\t': '␉', '\u007f': '␡' };

/** Control characters shown as their pictures; direction overrides, which could reorder a line, as `�`. */
export const visible = (text: string): string =>
  text.replace(
    // eslint-disable-next-line no-control-regex -- control characters are what this looks for
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (c) => NAMED[c] ?? (c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '�'),
  );

/** Direction overrides as `�`, everything else as it is: for code, whose tabs are tabs. */
export const straight = (text: string): string =>
  text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '�');

export const isLong = (text: string, limit = CUT): boolean => text.length > limit;

/** At most `limit` characters, the last one `…` when something was cut. Never splits a surrogate pair. */
export function cut(text: string, limit = CUT): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit - 1);
  return (/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head) + '…';
}

/** What was typed, as it may stand in a sentence that quotes it: `‘web’`. */
export const quote = (text: string): string => `‘${visible(cut(text.trim(), 60))}’`;

/** Keeps the tail when names differ only there: `customer-portal-…-frontend-02`. */
export function middle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = Math.max(1, Math.floor((limit - 1) / 2));
  const head = limit - 1 - tail;
  return (
    text.slice(0, head).replace(/[\ud800-\udbff]$/, '') +
    '…' +
    text.slice(-tail).replace(/^[\udc00-\udfff]/, '')
  );
}

// Any would do. With this one, words that often stand together as tags ("production", "database") differ modulo 8.
const HASH_BASIS = 6269;

/** A stable number from a word, such as the hue of a tag. */
export function hash(text: string): number {
  let h = HASH_BASIS;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A key that sorts as people count: `web-2` before `web-10`, case and accents aside. Compare with `<`. */
export function naturalKey(text: string): string {
  // Most names are short ASCII; normalising those would cost more than the sort itself.
  // eslint-disable-next-line no-control-regex -- the whole of ASCII is meant
  const plain = /^[\u0000-\u007f]*$/.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.toLowerCase().replace(/\d+/g, (digits) => {
    const trimmed = digits.replace(/^0+(?=\d)/, '');
    return String.fromCharCode(48 + Math.min(trimmed.length, 60)) + trimmed;
  });
}
