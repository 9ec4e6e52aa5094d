import { newId } from '../../../src/platform/new-id';
import { idOf, uuidOf } from '../../bench/postgres/rows';

describe('an id in PostgreSQL', () => {
  it('is a uuid that tells our id again', () => {
    const id = newId<string>();
    expect(uuidOf(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(idOf(uuidOf(id))).toBe(id);
  });
});
