import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { RESOLVERS } from './resolvers';
import { schemaOptions } from './schema-options';

/** The schema of the code-first classes, without a server, a database or a single instance of them. */
export async function buildSchema(): Promise<GraphQLSchema> {
  const app = await NestFactory.create(GraphQLSchemaBuilderModule, { logger: ['error'] });
  await app.init();
  try {
    return await app.get(GraphQLSchemaFactory).create([...RESOLVERS], schemaOptions);
  } finally {
    await app.close();
  }
}
