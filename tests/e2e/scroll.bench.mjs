// How fast the real window scrolls, and whether a frame is ever blank: `node scroll.bench.mjs DATA_DIR`.
import { bench, inPage } from './kept.mjs';

/** Scrolls as the wheel does, by pages through all of it, and by far jumps; one step a frame. */
async function scroll() {
  const grid = document.querySelector('[role=treegrid]');
  const head = grid.querySelector('[aria-rowindex="1"]').getBoundingClientRect().bottom;
  const box = grid.getBoundingClientRect();
  const end = grid.scrollHeight - grid.clientHeight;
  const [times, seen] = [[], new Set()];
  const gaps = [];
  let [frames, began] = [0, 0];
  // Outermost and first, and innermost and last: between them is everything that a scroll sets off.
  window.addEventListener('scroll', () => (began = performance.now()), true);
  grid.addEventListener('scroll', () => {
    const since = began;
    queueMicrotask(() => {
      // Not offsetHeight of the body, which WebKit knows without a layout.
      grid.getBoundingClientRect();
      times.push(performance.now() - since);
    });
  });
  /** Looks down the grid, closer than rows are high: what it sees is what this frame shows. */
  const look = () => {
    frames++;
    let gap = '';
    for (let y = head + 4; y < box.top + grid.clientHeight - 2; y += 12) {
      const row = document.elementFromPoint(box.left + 60, y)?.closest('[data-index]');
      if (row) seen.add(row.dataset.index);
      else gap = `${y} of ${grid.scrollTop} px`;
    }
    if (gap) gaps.push(gap);
  };
  /** Looks after each frame's own work, that is after what `step` did in it, for as long as it has something to do. */
  const eachFrame = (step) =>
    new Promise((done) => {
      const next = () => {
        const more = step();
        look();
        if (more) requestAnimationFrame(next);
        else done();
      };
      requestAnimationFrame(next);
    });
  const by = (pixels, most) => {
    let left = most;
    return () => {
      grid.scrollTop += pixels;
      return --left > 0 && grid.scrollTop < end - 1;
    };
  };
  await eachFrame(by(57, 120));
  await eachFrame(by(grid.clientHeight, Infinity));
  // what the end needs to be drawn
  await eachFrame(by(1, 2));
  const last = grid.querySelector(`[aria-rowindex="${grid.getAttribute('aria-rowcount')}"]`) !== null;
  let place = 1;
  let jumps = 200;
  await eachFrame(() => {
    place = (place * 48271) % 2147483647;
    grid.scrollTop = (place / 2147483647) * end;
    return --jumps > 0;
  });
  // the browser's own animation
  grid.scrollTo({ top: 0 });
  grid.scrollTo({ top: 20 * grid.clientHeight, behavior: 'smooth' });
  let still = 0;
  let before = -1;
  await eachFrame(() => {
    still = grid.scrollTop === before ? still + 1 : 0;
    before = grid.scrollTop;
    return still < 10;
  });
  return { times, frames, gaps, seen: seen.size, last, smooth: grid.scrollTop };
}

const [dataDir] = process.argv.slice(2);
await bench(dataDir, async (app) => {
  const { times, frames, gaps, seen, last, smooth } = await inPage(app, scroll);
  const lines =
    Number(await app.run(`return document.querySelector('[role=treegrid]').getAttribute('aria-rowcount')`)) -
    1;
  if (!last) throw new Error('the last line was not drawn at the end of the scroll bar');
  if (smooth === 0) throw new Error('the window did not scroll by itself');
  // a step is a page, of which the last row may be cut
  if (seen < lines * 0.9) throw new Error(`only ${seen} of ${lines} lines were seen`);
  return { scrolled_ms: times, frames, gaps };
});
