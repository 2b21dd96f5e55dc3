// Starts the window on the estate of a data folder and quits it as its user does: `node quit.bench.mjs DATA_DIR`.
import { start } from './app.mjs';

const app = await start({ dataDir: process.argv[2] });
// the window's keys are there with its menu
await app.find('button', 'Settings');
await app.press('Control+q').catch(() => undefined);
await app.until('the app to end', () =>
  app.run('return 1').then(
    () => false,
    () => true,
  ),
);
await app.quit();
console.log('{}');
