// What a value of a query is compared with: patterns of texts, numbers and sizes. Patterns hold folded text.

/** `text` as it is compared: without regard to capitals, also the two forms of a Greek sigma. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}

/** Whether a folded text fits. */
export type Pattern = (folded: string) => boolean;

export const part = (value: string): Pattern => {
  const wanted = fold(value);
  return (text) => text.includes(wanted);
};
export const whole = (value: string): Pattern => {
  const wanted = fold(value);
  return (text) => text === wanted;
};

/** The pieces between the stars, in their order; the first begins and the last ends the text. */
export function glob(value: string): Pattern | undefined {
  if (!value.includes('*')) return undefined;
  const pieces = fold(value).split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  const middle = pieces.slice(1, -1);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** Whether a number fits. */
export type Comparison = (value: number) => boolean;

/** How a comparison begins; longer ones first. */
const RELATIONS: readonly [string, (value: number, wanted: number) => boolean][] = [
  ['<=', (value, wanted) => value <= wanted],
  ['>=', (value, wanted) => value >= wanted],
  ['<', (value, wanted) => value < wanted],
  ['>', (value, wanted) => value > wanted],
  ['=', (value, wanted) => value === wanted],
];

/** Reads `16G`, `>16G`; `number` reads what follows the relation. */
export function comparison(
  value: string,
  number: (text: string) => number | undefined,
): Comparison | undefined {
  const [sign, holds] = RELATIONS.find(([begin]) => value.startsWith(begin)) ?? [
    '',
    (a: number, b: number) => a === b,
  ];
  const wanted = number(value.slice(sign.length));
  return wanted === undefined ? undefined : (found) => holds(found, wanted);
}

/** A whole number: `4`. */
export const wholeNumber = (text: string): number | undefined =>
  /^[0-9]+$/.test(text) ? Number(text) : undefined;

/** A size in bytes: `16G`, `1.5GiB`. All units are binary. */
export function size(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)([kmgt])(?:i?b)?$/.exec(fold(text));
  if (!found) return undefined;
  return Number(found[1]) * 1024 ** ('kmgt'.indexOf(found[2] ?? '') + 1);
}
