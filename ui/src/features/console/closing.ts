// Lines that are on their way to be closed. A line has one reader: whoever opens it next waits until it is free.
const closing = new Set<Promise<unknown>>();
/** Longer than this nobody waits for a host that hangs. */
const PATIENCE_MS = 2000;

/** A line is let go of once this has come to its end, whichever. */
export function closes(work: Promise<unknown>): void {
  const done: Promise<unknown> = work.then(
    () => closing.delete(done),
    () => closing.delete(done),
  );
  closing.add(done);
}

/** Resolves when all lines that were let go of until now are closed. */
export async function closed(): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((done) => (timer = setTimeout(done, PATIENCE_MS)));
  await Promise.race([Promise.all(closing), late]);
  clearTimeout(timer);
}
