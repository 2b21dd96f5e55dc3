// The question before something that loses something. One at a time; the frame shows it.
export type Question = {
  title: string;
  text: string;
  /** The verb and what it hits: "Force off web-03". */
  action: string;
  /** What it hits, by name. */
  names: readonly string[];
  run: () => void;
};

export class Ask {
  current = $state.raw<Question | null>(null);

  put(question: Question): void {
    this.current = question;
  }
  close(): void {
    this.current = null;
  }
}

export const ask = new Ask();
