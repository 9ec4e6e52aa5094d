import { faultsOf, pageOf } from '../../bench/reading';

const asked = { expected: ['["a",1]', '["b",2]'], hasNextPage: true };
const info = { hasNextPage: true, endCursor: 'there' };

describe('a page of a reader', () => {
  it('has its rows read in one order, whoever answered', () => {
    const edges = [{ node: { id: 'a', seats: 1 } }, { node: { id: 'b', seats: 2 } }];
    expect(pageOf({ edges, pageInfo: info }, ({ seats }) => [seats])).toEqual({ rows: asked.expected, info });
  });

  it('is right with all its rows, in order', () => {
    expect(faultsOf(asked, { rows: asked.expected, info })).toEqual([]);
    expect(faultsOf(asked, { rows: asked.expected, info: null })).toEqual([]);
  });

  it.each([
    ['a row less', { rows: ['["a",1]'], info }],
    ['a row more', { rows: [...asked.expected, '["c",3]'], info }],
    ['another order', { rows: [...asked.expected].reverse(), info }],
    ['nothing behind it, it says', { rows: asked.expected, info: { ...info, hasNextPage: false } }],
    ['no cursor', { rows: asked.expected, info: { ...info, endCursor: null } }],
    ['an empty cursor', { rows: asked.expected, info: { ...info, endCursor: '' } }],
  ])('is wrong with %s', (_what, page) => {
    expect(faultsOf(asked, page)).toHaveLength(1);
  });

  it('needs no cursor where it is empty', () => {
    const empty = { rows: [], info: { hasNextPage: false, endCursor: null } };
    expect(faultsOf({ expected: [], hasNextPage: false }, empty)).toEqual([]);
  });
});
