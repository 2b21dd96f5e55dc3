// The height of a row as the style sheet has it now: `--row-h` follows data-density on <html>.
import { createSubscriber } from 'svelte/reactivity';
import { COMPACT_ROW } from './viewport';

const subscribe = createSubscriber((update) => {
  const observer = new MutationObserver(update);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-density'] });
  return () => observer.disconnect();
});

export const rowHeightToken = {
  get current(): number {
    subscribe();
    return (
      Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row-h'), 10) ||
      COMPACT_ROW
    );
  },
};
