// The words of the status line.
import { byteRate, bytes, milliseconds, percent } from '../../lib/format';
import type { Figures } from './carried.svelte';
import type { Scale } from './prefs.svelte';
import type { Picture } from './screen.svelte';

const NBSP = '\u00a0';

export const SCALE_WORDS: Record<Scale, string> = { fit: 'Fit', actual: '1:1', resize: 'Resize guest' };

/** "1024 × 768, fit 63 %" */
export function sizeWords({ width, height, scale }: Picture, mode: Scale): string {
  const size = `${width}${NBSP}×${NBSP}${height}`;
  if (mode === 'actual' || Math.abs(scale - 1) < 0.005) return `${size}, 1:1`;
  return `${size}, fit ${percent(scale)}`;
}

export function figureWords({ latency, rate }: Figures): string[] {
  return [
    ...(latency === null ? [] : [latency < 1 ? `<1${NBSP}ms` : milliseconds(latency)]),
    ...(rate === null ? [] : [byteRate(Math.round(rate))]),
  ];
}

export const logWords = (logged: number, cut: boolean): string =>
  logged === 0 ? '' : `Log ${cut ? 'of the last ' : ''}${bytes(logged)}`;
