import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  type ParseOptions,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { costOf, type Costed } from './cost';
import { type DocumentShape, shapeOf } from './document-shape';

/** What an operation may be at most. GraphiQL's and Apollo Sandbox's introspection fits in; docs/errors.md tells clients. */
export const LIMITS = {
  /** Names, punctuation and values of a document. */
  tokens: 1_000,
  aliases: 30,
  directives: 30,
  rootFields: 20,
  depth: 8,
  /** Values in the answer, counted by `costOf`. */
  cost: 25_000,
} as const;

export type Limits = Readonly<Record<keyof typeof LIMITS, number>>;

/** The lexer stops there: what is longer costs no more than what is just too long [G1, G2]. */
export const parseOptions: ParseOptions = { maxTokens: LIMITS.tokens };

/**
 * What graphql-js' `validate` takes besides the rules: it stops at the first fault. Thousands of them would be thousands of
 * messages, each with the document's words in it [G4].
 */
export const validationOptions = { maxErrors: 1 } as const;

const WORDS: Readonly<Record<keyof DocumentShape, string>> = {
  aliases: 'aliases',
  directives: 'directives',
  rootFields: 'fields at its root',
  depth: 'levels of fields',
};

const tooComplex = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400 } } });

/** A validation rule that judges the document as a whole before any other rule has looked into it. */
export const documentLimits =
  (limits: Limits = LIMITS): ValidationRule =>
  (context: ValidationContext) => ({
    Document: (document) => {
      const shape = shapeOf(document);
      for (const key of Object.keys(WORDS) as (keyof DocumentShape)[]) {
        if (shape[key] <= limits[key]) continue;
        const error = tooComplex(`The operation has more than ${limits[key]} ${WORDS[key]}.`);
        context.reportError(error);
        // The second error ends the validation: what is too large is not worth any further look.
        context.reportError(error);
        return;
      }
    },
  });

/** The rules of this service for `validate`, besides those of GraphQL itself; over HTTP and over WebSocket. */
export const limitRules = ({ production }: { readonly production: boolean }): ValidationRule[] => [
  documentLimits(),
  ...(production ? [NoSchemaIntrospectionCustomRule] : []),
];

/**
 * What the operation costs.
 *
 * @throws GraphQLError QUERY_TOO_COMPLEX where that is too much
 */
export function affordableCost(costed: Costed, limits: Limits = LIMITS): number {
  const cost = costOf(costed);
  if (cost <= limits.cost) return cost;
  throw tooComplex(`The answer could hold ${cost} values, and ${limits.cost} is the most: ask for smaller pages.`);
}
