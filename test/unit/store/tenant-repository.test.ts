import mongoose, { trusted, Types } from 'mongoose';
import type { Document } from '../../../src/store/driver';
import { TenantRepository, type TenantDoc } from '../../../src/store/tenant-repository';
import { makeScope } from '../../support/make';

class Things extends TenantRepository<TenantDoc> {
  find(filter: Document) {
    return this.findOneDoc(makeScope(), filter);
  }
}

const connection = mongoose.createConnection();
const things = new Things(connection.model<TenantDoc>('Thing', new mongoose.Schema<TenantDoc>({})));

const REFUSED: readonly (readonly [string, Document])[] = [
  ['an operator', { hash: { $ne: null } }],
  ['an operator that is marked as ours', { hash: trusted({ $gt: '' }) }],
  ['an operator in the place of a field', { $where: 'true' }],
  ['alternatives', { $or: [{ hash: 'a' }, {}] }],
  ['a pattern', { hash: /./ }],
  ['nothing', { hash: null }],
  ['something that is left out', { hash: undefined }],
];

it.each(REFUSED)('a single read does not take %s', async (_name, filter) => {
  await expect(things.find(filter)).rejects.toThrow('compares with an id or a text');
});

it('a single read takes ids and texts', async () => {
  // As far as the connection, which is not open.
  await expect(things.find({ _id: new Types.ObjectId(), status: 'ACTIVE' })).rejects.toThrow('no open connection');
});
