// The border between the window's keyboard and the guest's: an attachment for the stage. While the guest has the
// keyboard no key reaches the window, the leaving chord gives it back, and keys never stay down behind.
import { LeaveChord } from './leave';

type Border = {
  /** Whether keys are the guest's now. */
  guest: () => boolean;
  leave: () => void;
  /** These keys were down when the keyboard went elsewhere. */
  released: (codes: Iterable<string>) => void;
};

export function guestKeys({ guest, leave, released }: Border): (stage: HTMLElement) => () => void {
  return (stage) => {
    const chord = new LeaveChord();
    const down = new Set<string>();
    const on = new AbortController();
    const options = { signal: on.signal };
    const capture = { signal: on.signal, capture: true };
    const letGo = (): void => {
      chord.reset();
      if (down.size > 0) released(down);
      down.clear();
    };
    stage.addEventListener(
      'keydown',
      (event) => {
        if (!guest() || !event.isTrusted) return;
        down.add(event.code);
        chord.keydown(event);
      },
      capture,
    );
    stage.addEventListener(
      'keyup',
      (event) => {
        if (!event.isTrusted) return;
        down.delete(event.code);
        // After the guest has had the release as well.
        if (chord.keyup(event)) setTimeout(leave);
      },
      capture,
    );
    stage.addEventListener('pointerdown', () => chord.pointer(), capture);
    stage.addEventListener('focusout', letGo, options);
    addEventListener('blur', letGo, options);
    stage.addEventListener('keydown', (event) => guest() && event.stopPropagation(), options);
    return () => on.abort();
  };
}
