import { z } from 'zod';

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly example?: unknown;
  readonly schema?: { readonly example?: unknown };
}
interface Content {
  readonly [mediaType: string]: { readonly schema?: object; readonly example?: unknown };
}

/** An operation of the document. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** An OpenAPI 3.1 document, as far as it is read here. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const deletes = ({ method }: { method: string }): number => Number(method === 'DELETE');

/** All operations in an order in which each finds what it needs: those that delete last, the innermost first. */
export const operationsOf = ({ paths }: OpenApi): Operation[] =>
  Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        parameters: operation.parameters ?? [],
        method: method.toUpperCase(),
        path,
      })),
    )
    .toSorted((a, b) => deletes(a) - deletes(b) || deletes(a) * (b.path.length - a.path.length));

const exampleOf = ({ example, schema }: Parameter): unknown => example ?? schema?.example;

/** The operation's URL path and headers, made of its own examples, with other values for the path where given. */
export function exampleRequest({ path, parameters }: Operation, inPath?: string) {
  const url = new URL(path.replace(/\{\w+\}/g, inPath ?? ''), 'http://x');
  const headers: Record<string, string> = {};
  let pathname = path;
  for (const parameter of parameters) {
    const example = exampleOf(parameter);
    if (parameter.in === 'path')
      pathname = pathname.replace(`{${parameter.name}}`, inPath ?? String(example));
    else if (example === undefined) continue;
    else if (parameter.in === 'query') url.searchParams.set(parameter.name, String(example));
    else headers[parameter.name] = String(example);
  }
  return { path: pathname + url.search, headers };
}

/** Whether the body is what the schema, a part of this document, says. */
export function matches({ components }: OpenApi, schema: object, body: unknown): boolean {
  const local = JSON.parse(
    JSON.stringify({ ...schema, $defs: components.schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
  );
  return z.fromJSONSchema(local).safeParse(body).success;
}
