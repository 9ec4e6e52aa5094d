import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { RegistrationId } from '../domain/ids';
import type { Registration } from '../domain/registration';
import { toRegistration, type RegistrationDoc } from './registration.schema';
import type { ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';

@Injectable()
export class RegistrationRepository extends TenantRepository<RegistrationDoc> {
  constructor(@InjectModel('Registration') model: Model<RegistrationDoc>) {
    super(model);
  }

  async findById(scope: ReadScope, id: RegistrationId): Promise<Registration | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toRegistration(doc);
  }

  async findManyById(scope: ReadScope, ids: readonly RegistrationId[]): Promise<(Registration | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toRegistration(doc));
  }
}
