// The height of a row as the style sheet has it now: `--row-h` follows data-density on <html>.
import { createSubscriber } from 'svelte/reactivity';
import { COMPACT_ROW } from './viewport';

const subscribe = createSubscriber((update) => {
  const observer = new MutationObserver(update);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-density'] });
  return () => observer.disconnect();
});

// Reading a computed style makes the browser bring all styles up to date, so it is read once for each density.
const known = new Map<string, number>();

export const rowHeightToken = {
  get current(): number {
    subscribe();
    const root = document.documentElement;
    const density = root.dataset.density ?? '';
    let height = known.get(density);
    if (height === undefined) {
      height = Number.parseInt(getComputedStyle(root).getPropertyValue('--row-h'), 10) || COMPACT_ROW;
      known.set(density, height);
    }
    return height;
  },
};
