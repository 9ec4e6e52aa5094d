import { Field, ID, InterfaceType } from '@nestjs/graphql';
import type { NodeTypeName } from './global-id';

@InterfaceType('Node', {
  description: 'Anything with an id of its own.',
  resolveType: (value: NodeInterface) => value.__typename,
})
export abstract class NodeInterface {
  readonly __typename!: NodeTypeName;

  @Field(() => ID, { description: 'Opaque; names this object and its type.' })
  id!: string;
}
