// Numbers and times as an admin says them. Units after a no-break space, 24 h clock, binary for memory and disks,
// decimal per second for rates. A missing value is an en dash.

const NBSP = '\u00a0';
export const NONE = '–';

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const BITS = ['bit', 'kbit', 'Mbit', 'Gbit', 'Tbit'] as const;

function scaled(value: number, step: number, units: readonly string[]): [number, string] {
  let n = Math.max(0, value);
  let i = 0;
  // 1023.9 KiB would print as "1024 KiB": step up as soon as rounding reaches the next unit.
  while (i < units.length - 1 && Math.round(n) >= step) {
    n /= step;
    i++;
  }
  return [n, units[i] ?? ''];
}

/** At most three figures, no trailing zeros: 8, 5.2, 0.12, 410. */
export function figures(n: number): string {
  if (!Number.isFinite(n)) return NONE;
  const digits = n >= 100 ? 0 : n >= 10 ? 1 : 2;
  return String(Number(n.toFixed(digits)));
}

const isNumber = (n: number | null | undefined): n is number => typeof n === 'number' && Number.isFinite(n);

/** `8 GiB` */
export function bytes(n: number | null | undefined): string {
  if (!isNumber(n)) return NONE;
  const [value, unit] = scaled(n, 1024, BINARY);
  return figures(value) + NBSP + unit;
}

/** `182 + 24 of 256 GiB` needs one unit for all: the figure of `n` in the unit that suits `like`. */
export function bytesLike(n: number, like: number): string {
  const [, unit] = scaled(like, 1024, BINARY);
  return figures(n / 1024 ** BINARY.indexOf(unit as (typeof BINARY)[number]));
}

/** Disk and memory traffic: `410 MB/s` */
export function byteRate(n: number | null | undefined): string {
  if (!isNumber(n)) return NONE;
  const [value, unit] = scaled(n, 1000, DECIMAL);
  return `${figures(value)}${NBSP}${unit}/s`;
}

/** Network traffic, from bytes per second: `82 Mbit/s` */
export function bitRate(bytesPerSecond: number | null | undefined): string {
  if (!isNumber(bytesPerSecond)) return NONE;
  const [value, unit] = scaled(bytesPerSecond * 8, 1000, BITS);
  return `${figures(value)}${NBSP}${unit}/s`;
}

/** From a fraction: `61 %` */
export const percent = (fraction: number | null | undefined): string =>
  isNumber(fraction) ? `${Math.round(fraction * 100)}${NBSP}%` : NONE;

/** How long something took or is taking: `0.4 s`, `38 s`, `2 min 04 s`, `3 h 12 min`, `41 days`. */
export function duration(ms: number | null | undefined): string {
  if (!isNumber(ms)) return NONE;
  const s = Math.max(0, ms) / 1000;
  if (s < 10) return `${Number(s.toFixed(1))}${NBSP}s`;
  if (s < 59.5) return `${Math.round(s)}${NBSP}s`;
  const whole = Math.round(s);
  if (whole < 3600)
    return `${Math.floor(whole / 60)}${NBSP}min ${String(whole % 60).padStart(2, '0')}${NBSP}s`;
  if (whole < 86400)
    return `${Math.floor(whole / 3600)}${NBSP}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}${NBSP}min`;
  const days = Math.floor(whole / 86400);
  return `${days}${NBSP}${days === 1 ? 'day' : 'days'}`;
}

/** Passed, 214 ms */
export const milliseconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)}${NBSP}ms` : duration(ms));

const two = (n: number): string => String(n).padStart(2, '0');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `14:02`, with seconds `14:06:21` */
export const clock = (at: Date, seconds = false): string =>
  `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`;

const midnight = (d: Date): number => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();

/** When something was last true: `14:02` today, `Sun 14:02` yesterday, `20 Nov` before, `20 Nov 2025` in another year. */
export function asOf(at: Date, now: Date): string {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days <= 0) return clock(at);
  if (days === 1) return `${DAYS[at.getDay()]} ${clock(at)}`;
  const date = `${at.getDate()}${NBSP}${MONTHS[at.getMonth()]}`;
  return at.getFullYear() === now.getFullYear() ? date : `${date} ${at.getFullYear()}`;
}

/** The full moment, for tooltips and history: `20 Nov 2026, 14:02:09` */
export const moment = (at: Date): string =>
  `${at.getDate()}${NBSP}${MONTHS[at.getMonth()]} ${at.getFullYear()}, ${clock(at, true)}`;

/** `1 VM`, `3 VMs` */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n}${NBSP}${n === 1 ? one : many}`;
