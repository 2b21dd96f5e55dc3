// Numbers with units as people type them: `8g`, `8192M`, `8 GiB`. Binary, since they are memory and disks.
import { bytes } from '../lib/format';

const FACTORS: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};

/** Bytes, or undefined when it is no amount. A bare number is in `bare` (GiB unless told). */
export function parseBytes(text: string, bare = 1024 ** 3): number | undefined {
  const found = /^\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-z]*)\s*$/i.exec(text);
  if (!found?.[1]) return undefined;
  const unit = (found[2] ?? '').toLowerCase().replace(/^([kmgtp])(?:i?b)?$/, '$1');
  const factor = unit === '' ? bare : FACTORS[unit];
  const value = Number(found[1].replace(',', '.'));
  return factor === undefined ? undefined : Math.round(value * factor);
}

/** What is shown after the field was left: exact when three figures tell it, else whole MiB. */
export function normalBytes(value: number): string {
  const short = bytes(value);
  return parseBytes(short) === value ? short : `${Math.round(value / 1024 ** 2)}\u00a0MiB`;
}

/** ↑ and ↓ step by the unit that is shown; Shift by ten of them. Never below one step. */
export function stepBytes(value: number, direction: 1 | -1, tenfold: boolean): number {
  const unit = value >= 1024 ** 4 ? 1024 ** 4 : value >= 1024 ** 3 ? 1024 ** 3 : 1024 ** 2;
  // 1 GiB down is not 0: go on in the smaller unit.
  const step = direction < 0 && value <= unit ? unit / 1024 : unit;
  return Math.max(1024 ** 2, value + direction * step * (tenfold ? 10 : 1));
}
