// Whether a dialog that opens by itself would take the keyboard out of somebody's hands: the rest of a password, and
// Enter after it, must not land in another field than the one it was meant for.
const LAYERS = '[role="dialog"],[role="alertdialog"],[role="menu"],[role="listbox"]';

export function isBusy(document: Document): boolean {
  const focused = document.activeElement;
  const typing =
    focused instanceof HTMLElement &&
    (focused.isContentEditable ||
      focused.matches('textarea, input:not([type="checkbox"]):not([type="radio"])'));
  return typing || document.querySelector(LAYERS) !== null;
}
