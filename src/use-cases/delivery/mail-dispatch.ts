import { Injectable } from '@nestjs/common';
import type { Delivery } from '../../domain/delivery';
import type { TenantScope } from '../../domain/scope';
import { MailFailedError, MailTransport } from '../../platform/mail-transport';
import { SecretBox, UnsealError } from '../../platform/secret-box';
import { OrganizationRepository } from '../../store/organization.repository';
import { mailText } from './mail-text';

/** Makes a mail of a delivery and hands it over. */
@Injectable()
export class MailDispatch {
  constructor(
    private readonly organizations: OrganizationRepository,
    private readonly box: SecretBox,
    private readonly transport: MailTransport,
  ) {}

  /** @throws MailFailedError */
  async send(scope: TenantScope, delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { id, kind, to, expiresAt } = delivery;
    const organization = (await this.organizations.find(scope))?.name ?? '';
    const facts = { secret: this.unseal(delivery), organization, expiresAt };
    await this.transport.send({ id, to, ...mailText(kind, facts) }, signal);
  }

  /** Another process may have the key. */
  private unseal({ id, secret }: Delivery): string {
    try {
      return this.box.open(secret ?? '', id);
    } catch (error) {
      if (error instanceof UnsealError) throw new MailFailedError('sealed with another key', false);
      throw error;
    }
  }
}
