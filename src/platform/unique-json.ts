/** Every string and every bracket, comma and colon outside of strings. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs;

/**
 * Parses JSON in which no object names a member twice. `JSON.parse` takes the last of two, other parsers the first: what
 * is read differently by two programs is how one of them is deceived [J3].
 *
 * @throws SyntaxError
 */
export function parseUniqueJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  /** The names seen in each object that is open here; null stands for a list. */
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') last = token;
    else noteName(open.at(-1), last);
  }
  return value;
}

function noteName(names: Set<string> | null | undefined, quoted: string): void {
  // Escapes are undone: "iss" and "is\u0073" are one name.
  const name = JSON.parse(quoted) as string;
  if (names?.has(name) === true) throw new SyntaxError('a member is named twice');
  names?.add(name);
}
