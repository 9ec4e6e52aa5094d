import { createUnionType, Field, InputType, ObjectType } from '@nestjs/graphql';
import { IDEMPOTENCY_KEY } from './event.inputs';
import { IdempotencyKey, OneTimeCode } from './input-rules';
import { BusyError, EmailCodeInvalidError } from './refusal.types';
import { AccountNode } from './viewer.types';

@InputType({ description: "A new code for the viewer's own address." })
export class RequestEmailVerificationInput {
  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'A code is on its way, unless the address is verified already.' })
export class RequestEmailVerificationPayload {
  @Field(() => AccountNode, { description: "The viewer's account." })
  account!: AccountNode;
}

@InputType({ description: 'The code that was mailed.' })
export class VerifyEmailInput {
  @Field({ description: 'The six digits of the newest mail; ten minutes old at most.' })
  @OneTimeCode()
  code!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The address is verified.' })
export class VerifyEmailPayload {
  readonly __typename!: 'VerifyEmailPayload';

  @Field(() => AccountNode, { description: 'The account, whose address is its own.' })
  account!: AccountNode;
}

export const VerifyEmailResult = createUnionType({
  name: 'VerifyEmailResult',
  description: 'What trying a code came to.',
  types: () => [VerifyEmailPayload, EmailCodeInvalidError, BusyError] as const,
});
