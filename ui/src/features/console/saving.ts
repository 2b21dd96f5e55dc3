// A file of the page's own making, saved where downloads go.

export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun with the click; the address is only needed until it is read.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** "web-04 serial0 2026-11-23 14-05-58.log": nothing a file system minds, whatever the VM is called. */
export function logName(vm: string, line: string, at: Date): string {
  const stamp = at.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '-');
  const clean = (text: string): string =>
    text
      .replace(/[^\p{L}\p{N}._ -]+/gu, '-')
      .replace(/^[. -]+/, '')
      .slice(0, 60) || 'vm';
  return `${clean(vm)} ${clean(line)} ${stamp}.log`;
}
