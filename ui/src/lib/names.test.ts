import { describe, expect, it } from 'vitest';
import { wrongName, wrongTag } from './names';

const long = 'x'.repeat(10_000);

describe('what a VM may be called', () => {
  it.each(['web-01', ' padded ', '<b>bold', 'שרת', 'ä'.repeat(127)])('takes %j', (name) =>
    expect(wrongName(name)).toBeUndefined(),
  );
  it.each([
    ['', 'needed'],
    ['   ', 'needed'],
    ['a/b', 'slash'],
    ['a\nb', 'line breaks'],
    ['evil\u202Egnp.exe', 'control characters'],
    ['..', 'no name'],
    [long, 'at most 255 bytes, this one has 10000'],
    ['ä'.repeat(128), '256'],
  ])('says of %j what is wrong', (name, why) => expect(wrongName(name)).toContain(why));
});

describe('what a tag may be', () => {
  it.each(['', 'prod', '<b>', 'x'.repeat(64), '🦊'.repeat(64)])('takes %j', (tag) =>
    expect(wrongTag(tag)).toBeUndefined(),
  );
  it.each([
    ['two words', 'one word'],
    ['a,b', 'one word'],
    ['a\u200Fb', 'control characters'],
    ['x'.repeat(65), 'at most 64\u00a0characters, this one has 65'],
    [long, '10000'],
  ])('says of %j what is wrong', (tag, why) => expect(wrongTag(tag)).toContain(why));
});
