// The menus of the console's toolbar.
import type { MenuEntry } from '../../ui/types';
import { GROUPS, MAIN, type KeyChord } from './chords';
import { giveClipboard, takeClipboard } from './clipboard';
import type { Line } from './line.svelte';
import { prefs, QUALITIES, SCALES, type Quality, type Scale } from './prefs.svelte';
import { SCALE_WORDS } from './status';
import type { Screen } from './screen.svelte';

const QUALITY_WORDS: Record<Quality, string> = {
  best: 'Best picture',
  balanced: 'Balanced',
  slow: 'Slow link',
};

export const scaleEntries = (now: Scale, onpick: (scale: Scale) => void): MenuEntry[] =>
  SCALES.map((scale) => ({
    kind: 'check',
    label: SCALE_WORDS[scale],
    checked: scale === now,
    onselect: () => onpick(scale),
  }));

export function chordEntries(send: (chord: KeyChord) => void, mute: string | undefined): MenuEntry[] {
  const entry = (chord: KeyChord): MenuEntry => ({
    label: chord.label,
    ...(mute !== undefined && { disabledReason: mute }),
    onselect: () => send(chord),
  });
  return [
    ...MAIN.map(entry),
    { kind: 'line' },
    ...GROUPS.map(({ label, chords }): MenuEntry => ({ kind: 'sub', label, entries: chords.map(entry) })),
  ];
}

/** The sound of a display that has one, where there is no room for a button. */
export const soundEntries = (screen: Screen): MenuEntry[] =>
  screen.sound === null
    ? []
    : [
        {
          kind: 'check',
          label: 'Mute sound',
          checked: screen.muted,
          ...(screen.sound === 'failed' && {
            disabledReason: 'This computer does not play the guest’s sound',
          }),
          onselect: () => screen.mute(!screen.muted),
        },
      ];

export function moreEntries(
  screen: Screen | undefined,
  line: Line | undefined,
  guestText: string | null,
): MenuEntry[] {
  if (line) return [{ label: 'Clear scrollback', onselect: () => line.clear() }, { kind: 'line' }];
  if (!screen) return [];
  const { noClipboard } = screen;
  const mute = noClipboard ?? (screen.link.isOpen ? undefined : 'It is not connected');
  const silent = noClipboard ?? (guestText === null ? 'The guest has offered nothing' : undefined);
  const qualities = QUALITIES.map((quality): MenuEntry => ({
    kind: 'check',
    label: QUALITY_WORDS[quality],
    checked: quality === prefs.quality,
    onselect: () => (prefs.quality = quality),
  }));
  return [
    ...(screen.hasQuality
      ? ([{ kind: 'head', label: 'Picture' }, ...qualities, { kind: 'line' }] satisfies MenuEntry[])
      : []),
    {
      label: 'Give clipboard to guest',
      ...(mute && { disabledReason: mute }),
      onselect: () => void giveClipboard(screen),
    },
    {
      label: 'Take clipboard of guest',
      ...(silent && { disabledReason: silent }),
      onselect: () => void takeClipboard(screen),
    },
    { kind: 'line' },
  ];
}
