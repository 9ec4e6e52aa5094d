import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json';
import { IDEMPOTENCY_TTL_MS, type IdempotencyClaim } from '../domain/idempotency';
import { actorKey, type TenantScope } from '../domain/scope';
import { Clock } from '../platform/clock';

export interface KeyedOperation {
  readonly operation: string;
  /** The input without the key; absent and undefined fields count alike. */
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Makes the claim that a mutation's `idempotencyKey` stands for: the key belongs to one actor of one tenant, the hash
 * covers operation and canonical input [J1].
 */
@Injectable()
export class IdempotencyClaims {
  constructor(private readonly clock: Clock) {}

  claim(scope: TenantScope, key: string | null, { operation, input }: KeyedOperation): IdempotencyClaim | null {
    if (key === null) return null;
    return {
      id: `${scope.tenantId}|${actorKey(scope.actor)}|${key}`,
      hash: createHash('sha256')
        .update(`${operation}\n${canonicalJson(input)}`)
        .digest('base64url'),
      expiresAt: new Date(this.clock.now().getTime() + IDEMPOTENCY_TTL_MS),
    };
  }
}
