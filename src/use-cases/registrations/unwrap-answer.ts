import type { Answer } from '../../domain/booking/commands';
import { IdempotencyKeyReusedError, NotFoundError, RefusedError } from '../../domain/errors';
import type { RegistrationId } from '../../domain/ids';
import type { Registration } from '../../domain/registration';

/** The registration of an engine's answer, or the error that says why there is none. A replay is read as it stands now. */
export async function unwrap(
  answer: Answer,
  read: (id: RegistrationId) => Promise<Registration | null>,
): Promise<Registration> {
  switch (answer.kind) {
    case 'done':
      return answer.registration;
    case 'refused':
      throw new RefusedError(answer.refusal);
    case 'notFound':
      throw new NotFoundError(answer.what);
    case 'keyReused':
      throw new IdempotencyKeyReusedError();
    case 'replayed': {
      const registration = await read(answer.outcome.id as RegistrationId);
      if (registration === null) throw new NotFoundError('registration');
      return registration;
    }
  }
}
