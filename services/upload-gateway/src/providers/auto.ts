import { type ListedProvider, PROVIDER_NAME, RECEIPT_FIELDS } from '@inkstream/contracts';
import { AUTO, type AutoPolicy } from '@inkstream/domain';
import { HttpError } from '@inkstream/service-kit';
import type { GatewayConfig } from '../config.ts';
import type { Providers } from './acceptance.ts';

const namesIn = (text: string): string[] => text.split(',').map((name) => name.trim());
const repeated = (names: readonly string[]): string | undefined =>
  names.find((name, at) => names.indexOf(name) < at);

/** The names of providers in a list such as `paddle-ocr-local,mistral`. @throws Error that says what is wrong. */
export function providersIn(text: string): readonly string[] {
  const names = namesIn(text);
  const bad = names.find((name) => !PROVIDER_NAME.test(name) || name === AUTO);
  if (bad !== undefined) throw new Error(`'${bad}' is not the name of a provider`);
  const twice = repeated(names);
  if (twice !== undefined) throw new Error(`names '${twice}' twice`);
  if (names.length < 2) throw new Error('must name two providers at least, such as paddle-ocr-local,mistral');
  return names;
}

const FIELDS: ReadonlySet<string> = new Set(RECEIPT_FIELDS.map(({ name }) => name));

/** The names of fields of a receipt in a list such as `total,date`. @throws Error that says what is wrong. */
export function fieldsIn(text: string): readonly string[] {
  const names = namesIn(text);
  const bad = names.find((name) => !FIELDS.has(name));
  if (bad !== undefined) throw new Error(`'${bad}' is no field of a receipt: see docs/result.md`);
  const twice = repeated(names);
  if (twice !== undefined) throw new Error(`names '${twice}' twice`);
  return names;
}

/** What `auto` stands for; undefined if it stands for nothing. */
export function autoPolicyOf({
  AUTO_PROVIDERS,
  AUTO_CONFIDENCE: confidence,
  AUTO_FIELDS: fields,
}: GatewayConfig): AutoPolicy | undefined {
  const [first, ...next] = AUTO_PROVIDERS ?? [];
  return first === undefined ? undefined : { first, next, fields, confidence };
}

/** The policy for what is uploaded now: whoever does not run is not asked, since nobody knows when it will. */
export function autoNow(policy: AutoPolicy | undefined, providers: Providers): AutoPolicy | undefined {
  return policy && { ...policy, next: policy.next.filter((name) => providers.find(name) !== undefined) };
}

/** `auto` as a provider beside `all`: what its first one takes is taken, and waits while that one does not read. */
function listed(
  { model: _, modelEnds: __, aliases: ___, ...first }: ListedProvider,
  { next }: AutoPolicy,
  all: readonly ListedProvider[],
) {
  const runs = new Set(all.map(({ name }) => name));
  const others = next.map((name) => (runs.has(name) ? name : `${name} (which does not run)`)).join(', then ');
  const description = `Reads by ${first.name}, and asks ${others} if that is not good enough`;
  return { ...first, name: AUTO, description };
}

/** The same providers, and `auto` beside them if there is a policy and its first provider runs. */
export function withAuto(providers: Providers, policy: AutoPolicy | undefined): Providers {
  const find = (name: string): ListedProvider | undefined => {
    if (name !== AUTO) return providers.find(name);
    if (!policy)
      throw new HttpError(400, `Provider '${AUTO}' is not configured; AUTO_PROVIDERS names whom it asks`);
    const first = providers.find(policy.first);
    if (!first)
      throw new HttpError(
        400,
        `Provider '${AUTO}' is not available, as '${policy.first}' does not run; name another provider`,
      );
    return listed(first, policy, providers.list());
  };
  return {
    find,
    list() {
      const all = providers.list();
      const first = policy && all.find(({ name }) => name === policy.first);
      return first
        ? [...all, listed(first, policy, all)].toSorted((a, b) =>
            a.name < b.name ? -1 : Number(a.name > b.name),
          )
        : all;
    },
  };
}
