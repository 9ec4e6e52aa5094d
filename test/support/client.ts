/** One entry of `errors`, as this service writes them. */
export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly requestId: string;
    readonly fields?: readonly { readonly path: string; readonly message: string }[];
  };
}

export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data | null;
  readonly errors?: readonly AnswerError[];
}

export interface Operation {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
}

/** A document over HTTP, as a browser's client sends it. */
export async function post<Data>(url: string, operation: Operation, token?: string): Promise<Answer<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(operation),
  });
  const body = (await response.json()) as Pick<Answer<Data>, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, ...body };
}

/** The data of an answer without errors; throws otherwise, with what the errors say. */
export function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (errors !== undefined || data === undefined || data === null)
    throw new Error(`Not what was expected: ${JSON.stringify(errors)}`);
  return data;
}

export const codesOf = ({ errors }: Answer<unknown>): string[] =>
  (errors ?? []).map(({ extensions }) => extensions.code);
