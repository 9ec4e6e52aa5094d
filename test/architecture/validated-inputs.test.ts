import { TypeMetadataStorage } from '@nestjs/graphql';
import { getMetadataStorage } from 'class-validator';
import { buildSchema } from '../../src/graphql/build-schema';

describe('every field of an input', () => {
  it('carries a rule, if only that there is none: what nobody judged is a mistake', async () => {
    await buildSchema();
    const inputs = [...TypeMetadataStorage.getInputTypesMetadata(), ...TypeMetadataStorage.getArgumentsMetadata()];
    expect(inputs.length).toBeGreaterThan(15);
    const judged = ({ target, name }: { target: object; name: string }): boolean =>
      getMetadataStorage()
        .getTargetValidationMetadatas(target as () => void, '', false, false)
        .some(({ propertyName }) => propertyName === name);
    const forgotten = inputs.flatMap(({ target, properties = [] }) =>
      properties.filter(({ name }) => !judged({ target, name })).map(({ name }) => `${target.name}.${name}`),
    );
    expect(forgotten).toEqual([]);
  });
});
