// What a guest of the mock shows: a text installer into which one can type.
export const SIZE: [number, number] = [800, 600];

/** What it is drawn on; the guest's memory of its screen. */
export function paper(): CanvasRenderingContext2D {
  const ctx = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!ctx) throw new Error('this browser has no canvas');
  return ctx;
}

export function drawInstaller(
  ctx: CanvasRenderingContext2D,
  [width, height]: [number, number],
  typed: string,
): void {
  ctx.canvas.width = width;
  ctx.canvas.height = height;
  const fill = (colour: string, x: number, y: number, w: number, h: number): void => {
    ctx.fillStyle = colour;
    ctx.fillRect(x, y, w, h);
  };
  const write = (line: string, x: number, y: number, colour = 'black'): void => {
    ctx.fillStyle = colour;
    ctx.fillText(line, x, y);
  };
  ctx.font = '14px monospace';
  fill('navy', 0, 0, width, height);
  const [w, h] = [600, 300];
  const [x, y] = [Math.round((width - w) / 2), Math.round((height - h) / 2)];
  fill('black', x + 10, y + 10, w, h);
  fill('lightgrey', x, y, w, h);
  write('[!!] Set up users and passwords', x + 170, y + 4, 'firebrick');
  write('You need to set a password for "root", the system', x + 32, y + 60);
  write('administrative account.', x + 32, y + 80);
  write('Root password:', x + 32, y + 130);
  fill('navy', x + 32, y + 146, w - 64, 24);
  write(`${typed.slice(-60)}_`, x + 40, y + 163, 'white');
  write('<Go Back>', x + 48, y + 250);
  fill('firebrick', x + w - 150, y + 234, 110, 22);
  write('<Continue>', x + w - 138, y + 250, 'white');
  write('<Tab> moves; <Space> selects; <Enter> activates buttons', 16, height - 12, 'white');
}
