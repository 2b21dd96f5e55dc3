import { describe, expect, it } from 'vitest';
import { LeaveChord, type KeyPress } from './leave';

const key = (code: string, altGraph = false): KeyPress => ({
  code,
  getModifierState: (name) => altGraph && name === 'AltGraph',
});

/** `+Code` presses, `-Code` releases, `click` is the pointer. Answers at which steps the guest is left. */
function play(...steps: string[]): number[] {
  const chord = new LeaveChord();
  return steps.flatMap((step, at) => {
    if (step === 'click') chord.pointer();
    else if (step.startsWith('+')) chord.keydown(key(step.slice(1), step.includes('Graph')));
    else if (chord.keyup(key(step.slice(1)))) return [at];
    return [];
  });
}

describe('LeaveChord', () => {
  it('leaves when left Ctrl and left Alt come up again, in whatever order', () => {
    expect(play('+ControlLeft', '+AltLeft', '-AltLeft', '-ControlLeft')).toEqual([3]);
    expect(play('+AltLeft', '+ControlLeft', '-AltLeft', '-ControlLeft')).toEqual([3]);
  });

  it('stays for what belongs to the guest', () => {
    const both = ['+ControlLeft', '+AltLeft'];
    const up = ['-AltLeft', '-ControlLeft'];
    for (const steps of [
      ['+ControlLeft', '-ControlLeft'],
      ['+AltLeft', '-AltLeft'],
      [...both, '+Delete', '-Delete', ...up],
      ['+KeyA', ...both, '-KeyA', ...up],
      [...both, 'click', ...up],
      ['+ControlRight', '+AltLeft', '-AltLeft', '-ControlRight'],
      ['+ShiftLeft', ...both, ...up, '-ShiftLeft'],
    ])
      expect(play(...steps), steps.join(' ')).toEqual([]);
  });

  it('never takes AltGr for it, as Windows and Linux report that', () => {
    expect(play('+ControlLeft', '+AltRight', '-AltRight', '-ControlLeft')).toEqual([]);
    const chord = new LeaveChord();
    chord.keydown(key('ControlLeft'));
    chord.keydown(key('AltLeft', true));
    chord.keyup(key('AltLeft'));
    expect(chord.keyup(key('ControlLeft'))).toBe(false);
  });

  it('works again after one that was spoilt, and after the keyboard was away', () => {
    const good = ['+ControlLeft', '+AltLeft', '-AltLeft', '-ControlLeft'];
    expect(play('+ControlLeft', '+AltLeft', '+F1', '-F1', '-AltLeft', '-ControlLeft', ...good)).toEqual([9]);
    const chord = new LeaveChord();
    chord.keydown(key('KeyW'));
    // Its release went to another window.
    chord.reset();
    chord.keydown(key('ControlLeft'));
    chord.keydown(key('AltLeft'));
    chord.keyup(key('ControlLeft'));
    expect(chord.keyup(key('AltLeft'))).toBe(true);
  });
});
