// On the screen is what the last run kept (src-tauri/src/frame.rs). Once that is painted, the page itself is let in.
(() => {
  const AS_LONG_AS_A_WINDOW_UNSEEN_MS = 500;
  const AS_LONG_AS_A_PAGE_THAT_FAILS_MS = 10000;
  const later = document.getElementById('later');
  const begin = () => {
    if (!later.isConnected) return;
    window.__INNKEEPER__.framePaintedAt = performance.now();
    window.__INNKEEPER__.ask();
    document.head.append(later.content);
    later.remove();
    // a picture must not look like a window that answers
    setTimeout(() => document.getElementById('frame')?.remove(), AS_LONG_AS_A_PAGE_THAT_FAILS_MS);
  };
  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, AS_LONG_AS_A_WINDOW_UNSEEN_MS);
})();
