// What a program and all it has started have computed.
import { readFileSync, readdirSync } from 'node:fs';

/** As the kernel counts for programs. */
const TICKS_PER_SECOND = 100;

function statOf(pid) {
  try {
    // what comes after the name, which may hold anything
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined; // it has ended meanwhile
  }
}

/** Seconds of one core so far, of `root` and its children. */
export function cpuSeconds(root) {
  const stats = new Map(
    readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid))
      .map((pid) => [Number(pid), statOf(pid)])
      .filter(([, stat]) => stat),
  );
  const isBelow = (pid) => {
    for (let at = pid; at > 1; at = Number(stats.get(at)?.[1] ?? 0)) if (at === root) return true;
    return false;
  };
  const ticks = [...stats]
    .filter(([pid]) => isBelow(pid))
    .map(([, stat]) => Number(stat[11]) + Number(stat[12]));
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}
