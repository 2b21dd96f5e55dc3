// A picture of a mock guest's screen, as libvirt would take it: its name, a few lines of a log, and the time.
const [WIDTH, HEIGHT] = [320, 200];
const LINES = 11;

/** A PNG in base64. */
export function thumbnail(name: string, at: Date): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const context = canvas.getContext('2d');
  if (!context) return '';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = 'silver';
  context.font = '10px monospace';
  const seed = [...name].reduce((sum, character) => sum + character.charCodeAt(0), 0);
  for (let line = 0; line < LINES; line++) {
    const done = ((seed * (line + 3)) % 9000) / 1000;
    context.fillText(
      `[ ${(line + done).toFixed(6)}] unit ${(seed + line * 7) % 97} started`,
      8,
      16 + 14 * line,
    );
  }
  context.fillText(`${name.slice(0, 30)} login: ${at.toISOString().slice(11, 19)}`, 8, HEIGHT - 14);
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}
