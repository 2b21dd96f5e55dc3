// What the console that is shown can do, for the palette and the keys; none is shown when it is null.
export type Shown = {
  toggleFull: () => void;
  typeText: () => void;
  savePicture: () => void;
  ctrlAltDelete: () => void;
  /** Why it has no keyboard or picture to act on. */
  blind: string | undefined;
};

class Current {
  shown = $state.raw<Shown | null>(null);
}

export const current = new Current();
