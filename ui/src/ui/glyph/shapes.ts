// The 14 px state glyphs: our own, because 14 px needs filled shapes. Each is told apart by shape alone.

/** One path of a glyph: filled, or a line of the given width; `cut` is drawn in the colour of the pane behind. */
export type Shape = { d: string; line?: number; dash?: string; faint?: boolean; cut?: boolean };
export type GlyphShape = { paths: readonly Shape[]; spin?: boolean };

const ring = (r: number): string => `M${7 - r} 7a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
const square =
  'M4.4 2.9h5.2a1.5 1.5 0 0 1 1.5 1.5v5.2a1.5 1.5 0 0 1-1.5 1.5H4.4a1.5 1.5 0 0 1-1.5-1.5V4.4a1.5 1.5 0 0 1 1.5-1.5z';
const octagon = 'M4.6 1.2h4.8l3.4 3.4v4.8l-3.4 3.4H4.6L1.2 9.4V4.6z';
const crescent = 'M11.9 8.5A5.3 5.3 0 0 1 5.5 2.1a5.3 5.3 0 1 0 6.4 6.4z';
const bars =
  'M3.8 2.2h1.3a.8.8 0 0 1 .8.8v8a.8.8 0 0 1-.8.8H3.8a.8.8 0 0 1-.8-.8V3a.8.8 0 0 1 .8-.8zM8.9 2.2h1.3a.8.8 0 0 1 .8.8v8a.8.8 0 0 1-.8.8H8.9a.8.8 0 0 1-.8-.8V3a.8.8 0 0 1 .8-.8z';

export const SHAPES = {
  running: { paths: [{ d: 'M3.6 2.1v9.8c0 .5.5.8.9.5l7.3-4.9c.4-.2.4-.8 0-1L4.5 1.6c-.4-.3-.9 0-.9.5z' }] },
  paused: { paths: [{ d: bars }] },
  off: { paths: [{ d: square, line: 1.5 }] },
  saved: { paths: [{ d: crescent }] },
  crashed: { paths: [{ d: octagon }, { d: 'M5 5l4 4M9 5l-4 4', line: 1.5, cut: true }] },
  unknown: { paths: [{ d: ring(5.2), line: 1.4, dash: '2.2 1.9' }, { d: ring(1.3) }] },
  working: {
    spin: true,
    paths: [
      { d: ring(5.2), line: 1.6, faint: true },
      { d: 'M7 1.8a5.2 5.2 0 0 1 5.2 5.2', line: 1.7 },
    ],
  },
  hung: {
    paths: [
      { d: 'M7 1.6 13 12.2H1z', line: 1.4 },
      { d: 'M7 5.4v3.2M7 10.3v.1', line: 1.5 },
    ],
  },
  wasRunning: { paths: [{ d: 'M3.8 2.4v9.2L11.2 7z', line: 1.3 }] },
  wasPaused: { paths: [{ d: bars, line: 1.1 }] },
  wasOff: { paths: [{ d: square, line: 1.1 }] },
  wasSaved: { paths: [{ d: crescent, line: 1.2 }] },
  wasCrashed: {
    paths: [
      { d: octagon, line: 1.2 },
      { d: 'M5 5l4 4M9 5l-4 4', line: 1.2 },
    ],
  },
  ready: { paths: [{ d: ring(5.3), line: 1.4 }, { d: ring(2.7) }] },
  lost: { paths: [{ d: ring(5.6) }, { d: 'M4.9 4.9l4.2 4.2M9.1 4.9 4.9 9.1', line: 1.6, cut: true }] },
  disconnected: {
    paths: [
      { d: ring(5.2), line: 1.4 },
      { d: 'M4.6 7h4.8', line: 1.5 },
    ],
  },
  syncing: {
    spin: true,
    paths: [
      { d: 'M2 6.2A5.1 5.1 0 0 1 11 3.9M12 7.8A5.1 5.1 0 0 1 3 10.1', line: 1.5 },
      { d: 'M11.2 1.6v2.5H8.7M2.8 12.4V9.9h2.5', line: 1.5 },
    ],
  },
  answer: {
    paths: [
      { d: 'M1.7 9.4a2.9 2.9 0 1 0 5.8 0a2.9 2.9 0 1 0-5.8 0z', line: 1.5 },
      { d: 'M6.7 7.3 12 2M9.3 4.7l1.9 1.9', line: 1.5 },
    ],
  },
  keyChanged: {
    paths: [
      { d: 'M7 1.2 12 3v4c0 2.9-2.1 4.9-5 5.9C4.1 11.9 2 9.9 2 7V3z', line: 1.4 },
      { d: 'M7 4.4v3M7 9.5v.1', line: 1.6 },
    ],
  },
  queued: {
    paths: [
      { d: ring(5.2), line: 1.4 },
      { d: 'M7 4.3V7l1.9 1.2', line: 1.4 },
    ],
  },
  done: { paths: [{ d: ring(5.6) }, { d: 'M4.5 7.2 6.3 9l3.3-3.7', line: 1.6, cut: true }] },
  skipped: { paths: [{ d: ring(5.2), line: 1.4, dash: '2.2 1.9' }] },
  interrupted: {
    paths: [
      { d: ring(5.2), line: 1.4 },
      { d: 'M4.9 9.1l4.2-4.2', line: 1.5 },
    ],
  },
} as const satisfies Record<string, GlyphShape>;

export type GlyphName = keyof typeof SHAPES;
