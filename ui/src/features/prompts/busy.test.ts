import { afterEach, expect, it } from 'vitest';
import { isBusy } from './busy';
import { wordsOf } from './words';

afterEach(() => document.body.replaceChildren());

function put(html: string): void {
  document.body.innerHTML = html;
}

it('keeps out of the way of somebody who types', () => {
  put('<input><input type="checkbox"><button>b</button>');
  const [field, check] = document.querySelectorAll('input');
  field?.focus();
  expect(isBusy(document)).toBe(true);
  check?.focus();
  expect(isBusy(document)).toBe(false);
  document.querySelector('button')?.focus();
  expect(isBusy(document)).toBe(false);
});

it('keeps out of the way of another layer', () => {
  put('<div role="dialog"></div>');
  expect(isBusy(document)).toBe(true);
});

it('names the host in every question', () => {
  for (const kind of ['password', 'passphrase', 'new_host_key', 'other'] as const)
    expect(wordsOf({ kind, connection: 'ams-kvm-02' }).title).toContain('ams-kvm-02');
  expect(wordsOf({ kind: 'new_host_key', connection: 'x' }).field).toBeNull();
});
