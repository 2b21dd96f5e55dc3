import { describe, expect, it } from 'vitest';
import {
  asOf,
  bitRate,
  byteRate,
  bytes,
  bytesLike,
  count,
  duration,
  milliseconds,
  NONE,
  percent,
} from './format';

/** No-break spaces written as `_`, so that the tables below can be read. */
const plain = (text: string): string => text.replaceAll('\u00a0', '_');
const GIB = 1024 ** 3;

describe('amounts', () => {
  it.each([
    [8 * GIB, '8_GiB'],
    [5.2 * GIB, '5.2_GiB'],
    [528 * 1024, '528_KiB'],
    [1024 * GIB, '1_TiB'],
    [1024 ** 2 - 1, '1_MiB'],
    [0, '0_B'],
  ])('prints %d bytes as %s', (n, text) => expect(plain(bytes(n))).toBe(text));

  it('shows a missing value as none, never as zero', () => {
    expect([bytes(null), percent(undefined), byteRate(Number.NaN), duration(null)]).toEqual([
      NONE,
      NONE,
      NONE,
      NONE,
    ]);
  });
  it('keeps one unit for "182 + 24 of 256 GiB"', () => {
    expect([182, 24].map((n) => bytesLike(n * GIB, 256 * GIB))).toEqual(['182', '24']);
  });
  it('uses decimal rates for disks and bits for networks', () => {
    expect(plain(byteRate(410_000_000))).toBe('410_MB/s');
    expect(plain(bitRate(10_250_000))).toBe('82_Mbit/s');
  });
  it('rounds percent', () => expect(plain(percent(0.614))).toBe('61_%'));
  it('counts', () => expect([count(1, 'VM'), count(3, 'VM')].map(plain)).toEqual(['1_VM', '3_VMs']));
});

describe('times', () => {
  it.each([
    [400, '0.4_s'],
    [38_000, '38_s'],
    [59_700, '1_min 00_s'],
    [124_000, '2_min 04_s'],
    [3 * 3_600_000 + 12 * 60_000, '3_h 12_min'],
    [41 * 86_400_000, '41_days'],
    [86_400_000, '1_day'],
  ])('prints %d ms as %s', (ms, text) => expect(plain(duration(ms))).toBe(text));
  it('keeps milliseconds for checks', () => expect(plain(milliseconds(214))).toBe('214_ms'));

  const now = new Date(2026, 10, 23, 14, 6);
  it.each([
    [new Date(2026, 10, 23, 14, 2), '14:02'],
    [new Date(2026, 10, 23, 0, 0), '00:00'],
    [new Date(2026, 10, 22, 14, 2), 'Sun 14:02'],
    [new Date(2026, 10, 22, 0, 1), 'Sun 00:01'],
    [new Date(2026, 10, 20, 9, 30), '20_Nov'],
    [new Date(2025, 10, 20, 9, 30), '20_Nov 2025'],
  ])('shows %s as of %s', (at, text) => expect(plain(asOf(at, now))).toBe(text));
});
