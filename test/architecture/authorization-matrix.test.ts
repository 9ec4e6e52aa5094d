import { getNamedType, isCompositeType, isObjectType } from 'graphql';
import { PERMISSIONS } from '../../src/domain/permissions';
import { operationsOnTheWire } from '../support/operations-on-the-wire';
import { schema } from '../support/wire';

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** Who may follow a field from one thing to another; what `domain/visibility.ts` hides is null or NOT_FOUND all the same. */
type Who =
  'whoever sees the one' | 'the viewer, of their own' | 'whoever may see the other' | 'ORGANIZER' | 'ORG_ADMIN';

const LEADS_ON: Readonly<Record<string, Who>> = {
  'AuditActor.user': 'ORG_ADMIN',
  'AuditEntry.actor': 'whoever sees the one',
  'AuditEntry.changes': 'whoever sees the one',
  'AuditEntry.target': 'whoever sees the one',
  'Event.occurrences': 'whoever may see the other',
  'Event.recurrence': 'whoever sees the one',
  'MoveConflict.registration': 'ORGANIZER',
  'Occurrence.event': 'whoever sees the one',
  'Occurrence.myRegistration': 'the viewer, of their own',
  'Occurrence.registrations': 'ORGANIZER',
  'OccurrenceAvailability.occurrence': 'whoever sees the one',
  'Registration.history': 'whoever sees the one',
  'Registration.occurrence': 'whoever sees the one',
  'Registration.user': 'whoever may see the other',
  'RegistrationChange.registration': 'the viewer, of their own',
  'RegistrationChange.snapshot': 'the viewer, of their own',
  'Session.viewer': 'the viewer, of their own',
  'Viewer.account': 'the viewer, of their own',
  'Viewer.organization': 'the viewer, of their own',
  'Viewer.organizations': 'the viewer, of their own',
  'Viewer.user': 'the viewer, of their own',
  'AlreadyRegisteredError.registration': 'whoever sees the one',
  'DatesWithRegistrationsError.occurrences': 'ORGANIZER',
  'MoveConflictsError.conflicts': 'ORGANIZER',
  'OccurrenceFullError.nextWithSeats': 'whoever may see the other',
  'OverlappingRegistrationError.conflictingRegistration': 'whoever may see the other',
};

describe('the authorization matrix', () => {
  const classified = operationsOnTheWire();

  it.each(ROOTS)('has every field of %s, with a line of the permission table or @Public()', (root) => {
    const type = schema.getType(root);
    const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
    const known = classified.filter(({ kind }) => kind === root);
    expect(fields.length).toBeGreaterThan(1);
    expect(known.map(({ name }) => name).sort()).toEqual([...fields].sort());
    expect(known.filter(({ access }) => access !== 'public' && !Object.hasOwn(PERMISSIONS, access ?? ''))).toEqual([]);
  });

  it('has every field that leads from one thing to another', () => {
    const leading = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      // What a list or an answer is wrapped in leads nowhere by itself: its operation, or the field above, is in the matrix.
      .filter(({ name }) => !name.startsWith('__') && !ROOTS.includes(name) && !/(Payload|Edge|Connection)$/.test(name))
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter((field) => isCompositeType(getNamedType(field.type)))
          .map((field) => `${type.name}.${field.name}`),
      );
    expect(leading.sort()).toEqual(Object.keys(LEADS_ON).sort());
  });
});
