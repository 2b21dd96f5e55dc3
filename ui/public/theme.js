// Sets the theme before first paint. In the app, Rust has already set it; in a plain browser the system decides.
// A file and not an inline script: the content security policy allows none.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme) return;
  const asked = new URLSearchParams(location.search);
  root.dataset.theme =
    asked.get('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  const density = asked.get('density');
  if (density) root.dataset.density = density;
})();
