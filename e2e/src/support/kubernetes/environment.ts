import type { Container, Manifests, Values } from './manifests.ts';

/** What kubelet knows of a Pod, by the path of a `fieldRef`. */
export type PodFields = Readonly<Record<string, string>>;

const VARIABLE = /\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)/g;

/** `$(NAME)` stands for a variable named before; one that is not known stays as it is, and `$$` is a dollar. */
const expand = (value: string, known: ReadonlyMap<string, string>): string =>
  value.replace(VARIABLE, (all, name?: string) => (name === undefined ? '$' : (known.get(name) ?? all)));

function valuesOf(
  kind: string,
  all: Values,
  { name, optional }: { readonly name: string; readonly optional: boolean },
): [string, string][] {
  const values = all.get(name);
  if (!values && !optional)
    throw new Error(`There is no ${kind} ${name}, so that the container is not started`);
  return Object.entries(values ?? {});
}

/**
 * The variables that a manifest gives its container, as kubelet resolves them: `envFrom` in its order, then `env`.
 *
 * @throws Error for a ConfigMap, a Secret or a field that is not there.
 */
export function environmentOf(
  { env, envFrom }: Pick<Container, 'env' | 'envFrom'>,
  { configMaps, secrets }: Pick<Manifests, 'configMaps' | 'secrets'>,
  fields: PodFields,
): Readonly<Record<string, string>> {
  const known = new Map<string, string>();
  for (const { configMapRef, secretRef } of envFrom) {
    const values = [
      ...(configMapRef ? valuesOf('ConfigMap', configMaps, configMapRef) : []),
      ...(secretRef ? valuesOf('Secret', secrets, secretRef) : []),
    ];
    for (const [name, value] of values) known.set(name, value);
  }
  for (const { name, value = '', valueFrom } of env) {
    const path = valueFrom?.fieldRef.fieldPath;
    const field = path === undefined ? value : fields[path];
    if (field === undefined) throw new Error(`${name} is of a field that is not known here: ${path}`);
    known.set(name, path === undefined ? expand(field, known) : field);
  }
  return Object.fromEntries(known);
}
