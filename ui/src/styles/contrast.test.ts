// Every pair of tokens that has to be readable, against WCAG 2.2: text 4.5, boundaries, focus and chart lines 3.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(`${process.cwd()}/src/styles/tokens.css`, 'utf8');

function tokens(selector: string): Record<string, string> {
  const at = css.indexOf(`${selector} {`);
  if (at < 0) throw new Error(`tokens.css has no ${selector}`);
  const block = css.slice(at, css.indexOf('\n}', at));
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/gi)].map((m) => [m[1], m[2]]));
}
const light = tokens(':root');
const themes = { light, dark: { ...light, ...tokens(":root[data-theme='dark']") } };

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return r * 0.2126 + g * 0.7152 + b * 0.0722;
}
function ratio(a: string, b: string): number {
  const [bright, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

const pairs: [foreground: string, background: string, least: number][] = [];
const need = (least: number, foregrounds: string, backgrounds: string): void => {
  for (const f of foregrounds.split(' ')) for (const b of backgrounds.split(' ')) pairs.push([f, b, least]);
};
need(
  4.5,
  'text-1 text-2 text-3 accent ok warn danger saved pending off',
  'bg-app bg-surface bg-sunken bg-raised bg-hover bg-selected bg-selected-idle',
);
for (const soft of ['accent', 'ok', 'warn', 'danger', 'saved', 'pending']) {
  need(4.5, `${soft} text-1 text-2`, `${soft}-soft`);
}
need(4.5, 'on-accent', 'accent-fill accent-fill-hover');
need(4.5, 'on-danger', 'danger-fill danger-fill-hover');
need(4.5, 'code-key code-attr code-str code-comment text-1 text-3', 'bg-sunken diff-add diff-del');
need(4.5, 'diff-add-mark', 'diff-add');
need(4.5, 'diff-del-mark', 'diff-del');
need(4.5, 'text-inv', 'bg-inv');
need(4.5, 'term-fg term-dim', 'term-bg');
for (const hue of ['blue', 'green', 'amber', 'red', 'violet', 'teal', 'pink', 'slate']) {
  need(4.5, `tag-${hue}-fg`, `tag-${hue}-bg`);
}
need(3, 'border-control focus', 'bg-app bg-surface bg-raised');
need(3, 'focus', 'bg-selected');
need(3, 'chart-1 chart-2 chart-3 chart-4 chart-5 chart-6', 'bg-surface');

describe('contrast of the tokens', () => {
  for (const [name, theme] of Object.entries(themes)) {
    it(`is enough in the ${name} theme`, () => {
      const poor = pairs.flatMap(([f, b, least]) => {
        const [fore, back] = [theme[f], theme[b]];
        if (!fore || !back) return [`no token ${f} or ${b}`];
        const found = ratio(fore, back);
        return found < least ? [`${f} on ${b}: ${found.toFixed(2)}, needs ${least}`] : [];
      });
      expect(poor).toEqual([]);
    });
  }
});
