// The first frame: what this page shows before any host is connected to, as markup and the rules it needs, which the
// next start shows before it reads a script (src-tauri/src/frame.rs). Nobody works with it: what only tells a screen
// reader or a pointer something is left out.

export type FirstFrame = { style: string; body: string };

const UNSEEN = ['id', 'for', 'name', 'tabindex', 'title', 'data-tip', 'aria-label', 'aria-labelledby'];
/** Over the page that comes to be under it; what is clicked is the page. */
const OVER = '#frame{position:fixed;inset:0;z-index:2147483647;background:var(--bg-app);pointer-events:none}';

export function frameOf(shown: Element): FirstFrame {
  const copy = shown.cloneNode(true) as Element;
  for (const element of copy.querySelectorAll('*')) for (const name of UNSEEN) element.removeAttribute(name);
  const comments = document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT);
  const found: Node[] = [];
  while (comments.nextNode()) found.push(comments.currentNode);
  for (const comment of found) comment.parentNode?.removeChild(comment);
  const style = [...document.styleSheets].map((sheet) => needed(sheet.cssRules)).join('');
  return { style: `${style}${OVER}`, body: copy.innerHTML };
}

function needed(rules: CSSRuleList): string {
  return [...rules].map(ruleOf).join('');
}

function ruleOf(rule: CSSRule): string {
  if (rule instanceof CSSStyleRule) return applies(rule.selectorText) ? rule.cssText : '';
  if (!('cssRules' in rule)) return rule.cssText;
  if (rule instanceof CSSKeyframesRule) return rule.cssText;
  const inner = needed(rule.cssRules as CSSRuleList);
  // whatever groups them says so before its first brace
  return inner && `${rule.cssText.slice(0, rule.cssText.indexOf('{'))}{${inner}}`;
}

/** Something on the page looks so, or could in another theme. */
function applies(selector: string): boolean {
  if (/:root|\bhtml\b|\bbody\b/.test(selector)) return true;
  try {
    return document.querySelector(selector.replace(/::[\w-]+(\([^)]*\))?/g, '') || '*') !== null;
  } catch {
    return true;
  }
}
