// Starts the window on the estate of a data folder and quits it as its user does: `node quit.bench.mjs DATA_DIR`.
import { start } from './app.mjs';

const app = await start({ dataDir: process.argv[2] });
await app.close();
console.log('{}');
