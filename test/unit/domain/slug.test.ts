import { slugOf } from '../../../src/domain/slug';

describe('the slug of a name', () => {
  it.each([
    ['Café Zürich', 'cafe-zurich'],
    ['  Acme, Inc. ', 'acme-inc'],
    ['東京', 'organization'],
    ['---', 'organization'],
    ['a'.repeat(200), 'a'.repeat(48)],
    [`${'a'.repeat(47)} b`, 'a'.repeat(47)],
  ])('%j becomes %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });
});
