import { afterEach, describe, expect, it } from 'vitest';
import { frameOf } from './frame-of';

function page(style: string, body: string): Element {
  document.head.innerHTML = `<style>${style}</style>`;
  document.body.innerHTML = `<div id="app">${body}</div>`;
  return document.body.firstElementChild ?? document.body;
}
afterEach(() => {
  document.head.innerHTML = document.body.innerHTML = '';
});

describe('frameOf', () => {
  it('keeps what is seen, and hostile names as text', () => {
    const shown = page(
      '',
      '<!--s--><p id="a" class="row" tabindex="0" aria-label="web, running">web &lt;b&gt;</p>',
    );
    expect(frameOf(shown).body).toBe('<p class="row">web &lt;b&gt;</p>');
    expect(shown.innerHTML).toContain('id="a"');
  });

  it('keeps the rules of what is there and of themes, and no others', () => {
    const rules = `:root { --bg-app: white } [data-theme='dark']:root { --bg-app: black } .row { color: red }
      .row::before { content: 'x' } .dialog { color: blue } @media (min-width: 1px) { .row { top: 1px } .menu { top: 2px } }
      @media (min-width: 1px) { .menu { top: 3px } }`;
    const { style } = frameOf(page(rules, '<p class="row">web</p>'));
    for (const kept of ['white', 'black', 'red', '::before', 'top: 1px']) expect(style).toContain(kept);
    for (const left of ['blue', '2px', '3px']) expect(style).not.toContain(left);
  });
});
