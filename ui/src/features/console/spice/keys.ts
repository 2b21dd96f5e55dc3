// Keys as SPICE sends them: a PC keyboard's scancodes of set 1, by where a key is and not by what is on it. What the key
// means is the guest's to know.

/** In the order of their codes, from 0x01; no key has 0x55. */
const PLAIN =
  'Escape Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal Backspace Tab ' +
  'KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight Enter ControlLeft ' +
  'KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backquote ShiftLeft Backslash ' +
  'KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash ShiftRight NumpadMultiply AltLeft Space CapsLock ' +
  'F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NumLock ScrollLock Numpad7 Numpad8 Numpad9 NumpadSubtract ' +
  'Numpad4 Numpad5 Numpad6 NumpadAdd Numpad1 Numpad2 Numpad3 Numpad0 NumpadDecimal PrintScreen  IntlBackslash F11 F12';
/** Those that say 0xe0 first. */
const EXTENDED: Record<string, number> = {
  MediaTrackPrevious: 0x10,
  MediaTrackNext: 0x19,
  NumpadEnter: 0x1c,
  ControlRight: 0x1d,
  AudioVolumeMute: 0x20,
  MediaPlayPause: 0x22,
  MediaStop: 0x24,
  AudioVolumeDown: 0x2e,
  AudioVolumeUp: 0x30,
  NumpadDivide: 0x35,
  AltRight: 0x38,
  Pause: 0x46,
  Home: 0x47,
  ArrowUp: 0x48,
  PageUp: 0x49,
  ArrowLeft: 0x4b,
  ArrowRight: 0x4d,
  End: 0x4f,
  ArrowDown: 0x50,
  PageDown: 0x51,
  Insert: 0x52,
  Delete: 0x53,
  MetaLeft: 0x5b,
  MetaRight: 0x5c,
  ContextMenu: 0x5d,
  Power: 0x5e,
  Sleep: 0x5f,
};
/** Japanese and Brazilian keyboards have these. */
const ABROAD: Record<string, number> = {
  NumpadEqual: 0x59,
  KanaMode: 0x70,
  Lang2: 0x71,
  Lang1: 0x72,
  IntlRo: 0x73,
  Convert: 0x79,
  NonConvert: 0x7b,
  IntlYen: 0x7d,
  NumpadComma: 0x7e,
};
const CODES = new Map<string, number>([
  ...PLAIN.split(' ').map((code, i): [string, number] => [code, i + 1]),
  ...Object.entries(ABROAD),
  ...Object.entries(EXTENDED).map(([code, key]): [string, number] => [code, 0xe0 | (key << 8)]),
]);

/** The bytes of a key as one number, the first byte lowest; undefined for keys that no PC has. */
export function scancode(code: string, down: boolean): number | undefined {
  const known = CODES.get(code);
  if (known === undefined || down) return known;
  return known > 0xff ? known | 0x8000 : known | 0x80;
}
