import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  Module,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, GqlExecutionContext, GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { InjectModel, MongooseModule } from '@nestjs/mongoose';
import { Model, Types } from 'mongoose';
import { holderOfUser } from '../../../src/domain/ids';
import { loadEnv } from '../../../src/platform/env';
import { DEFAULT_DATABASE } from '../../../src/platform/mongo-connection';
import { AccessTokens, type TokenSubject } from '../../../src/platform/token';
import { announce, subjectOf, tokensOf, untilParentIsGone } from './peer';
import { pageOf } from './plain-reads';
import { DATE_FIELDS, REGISTRATION_FIELDS, SELECT } from './questions';
import { MODELS, StoredDate, StoredRegistration } from './stock-model';
import { OccurrenceConnection, OccurrencesArgs, PageArgs, RegistrationConnection } from './stock-types';

const DAY_MS = 86_400_000;
const env = loadEnv();
/** Whether the fields that are shown are selected, as somebody would who measured; else whole documents, as people write it. */
const selects = process.argv.includes(SELECT);

interface SignedIn {
  readonly req: { readonly headers: { readonly authorization?: string }; subject?: TokenSubject };
}

@Injectable()
class JwtGuard implements CanActivate {
  constructor(private readonly tokens: AccessTokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { req } = GqlExecutionContext.create(context).getContext<SignedIn>();
    req.subject = await subjectOf(this.tokens, req.headers.authorization);
    return true;
  }
}

const Subject = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => GqlExecutionContext.create(context).getContext<SignedIn>().req.subject,
);

@Injectable()
class ReadService {
  constructor(
    @InjectModel(StoredDate.name) private readonly dates: Model<StoredDate>,
    @InjectModel(StoredRegistration.name) private readonly registrations: Model<StoredRegistration>,
  ) {}

  async datesOf(
    { tenantId }: TokenSubject,
    { range: { between }, first }: OccurrencesArgs,
  ): Promise<OccurrenceConnection> {
    const rows = await this.dates
      .find({
        tenantId: new Types.ObjectId(tenantId),
        startsAt: { $gt: new Date(between.from.getTime() - DAY_MS), $lt: between.to },
        endsAt: { $gt: between.from },
      })
      .select(selects ? DATE_FIELDS : {})
      .sort({ startsAt: 1, _id: 1 })
      .limit(first + 1)
      .lean();
    return pageOf(
      rows,
      first,
      ({ startsAt }) => startsAt,
      ({ _id, ...fields }) => ({ id: _id.toString(), ...fields }),
    );
  }

  async registrationsOf({ tenantId, userId }: TokenSubject, { first }: PageArgs): Promise<RegistrationConnection> {
    const rows = await this.registrations
      .find({ tenantId: new Types.ObjectId(tenantId), holder: holderOfUser(userId) })
      .select(selects ? REGISTRATION_FIELDS : {})
      .sort({ s: 1, _id: 1 })
      .limit(first + 1)
      .lean();
    return pageOf(
      rows,
      first,
      ({ s }) => s,
      ({ _id, status, seats, at, version }) => ({
        id: _id.toString(),
        status,
        seats,
        createdAt: at,
        revision: version,
      }),
    );
  }
}

@Resolver()
@UseGuards(JwtGuard)
class ReadResolver {
  constructor(private readonly reads: ReadService) {}

  @Query(() => OccurrenceConnection)
  occurrences(@Args() args: OccurrencesArgs, @Subject() subject: TokenSubject): Promise<OccurrenceConnection> {
    return this.reads.datesOf(subject, args);
  }

  @Query(() => RegistrationConnection)
  myRegistrations(@Args() args: PageArgs, @Subject() subject: TokenSubject): Promise<RegistrationConnection> {
    return this.reads.registrationsOf(subject, args);
  }
}

/**
 * The service that one would write first: Nest, Apollo with its defaults, Mongoose with lean reads of whole documents, for
 * GraphQL picks what is asked for; or, told so, of the fields that are asked for.
 */
@Module({
  imports: [
    MongooseModule.forRoot(env.mongodbUri ?? '', {
      dbName: DEFAULT_DATABASE,
      maxPoolSize: env.mongodb.maxPoolSize,
    }),
    MongooseModule.forFeature(MODELS),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
  ],
  providers: [ReadService, ReadResolver, JwtGuard, { provide: AccessTokens, useFactory: () => tokensOf(env) }],
})
class StockModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(StockModule, { logger: ['error', 'warn'] });
  app.useGlobalPipes(new ValidationPipe({ transform: true }));
  await app.listen(0, '127.0.0.1');
  announce(`${await app.getUrl()}/graphql`);
  untilParentIsGone(() => app.close());
}

void main();
