import type { Connection } from 'mongoose';
import { mongo } from 'mongoose';
import { settled } from '../settled';
import { nodeTypes } from '../wire';

const { EJSON } = mongo.BSON;

/** What must not be seen: canaries in either case, ids in every form they have on the wire. */
export class Secrets {
  readonly #needles: readonly string[];

  constructor(canaries: readonly string[], plainIds: readonly string[]) {
    const onTheWire = plainIds.flatMap((id) =>
      nodeTypes.map((type) => Buffer.from(`${type}:${id}`, 'latin1').toString('base64url')),
    );
    this.#needles = [...canaries.map((canary) => canary.toLowerCase()), ...plainIds, ...onTheWire];
  }

  /**
   * What of it stands in a text: as it is, behind JSON escapes, or inside something base64url (a cursor, a token).
   *
   * @param sent what the asker sent themselves, and may see again
   */
  foundIn(text: string, sent: readonly string[] = []): string[] {
    const readable = withoutSent(`${text}\n${unescaped(text)}`, sent);
    const places = [readable, readable.toLowerCase(), ...decoded(readable)];
    return this.#needles.filter((needle) => places.some((place) => place.includes(needle)));
  }
}

const withoutSent = (text: string, sent: readonly string[]): string =>
  sent.filter((one) => one !== '').reduce((rest, one) => rest.replaceAll(one, '<sent>'), text);

const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Everything that may be base64url, as text and as hex digits. */
const decoded = (text: string): string[] =>
  (text.match(/[\w-]{16,}/g) ?? []).flatMap((token) => {
    const bytes = Buffer.from(token, 'base64url');
    return [bytes.toString('latin1').toLowerCase(), bytes.toString('hex')];
  });

/** Every document that names the tenant, in a form in which one changed byte shows. */
export async function dumpOf(connection: Connection, tenantId: string): Promise<string[]> {
  await settled(connection);
  const database = connection.getClient().db(connection.name);
  const collections = await database.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  const names = collections.map(({ name }) => name).sort();
  const dumps = await Promise.all(
    names.map(async (name) => {
      const documents = await database.collection(name).find().sort({ _id: 1 }).toArray();
      return documents.map((document) => `${name} ${EJSON.stringify(document, { relaxed: false })}`);
    }),
  );
  return dumps.flat().filter((line) => line.includes(tenantId));
}

/** Every id that stands in a dump. */
export const idsIn = (dump: readonly string[]): string[] => [
  ...new Set(dump.flatMap((line) => line.match(/\b[0-9a-f]{24}\b/g) ?? [])),
];
