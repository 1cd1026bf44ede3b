/** Prints what the code of a provider's folder says of it, as JSON: `node describe.ts services/ocr-acme '{}'`. */
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serviceOf } from '@inkstream/contracts';
import type { ProviderPlugin } from '@inkstream/provider-kit';
import { z } from 'zod';
import { runCommand } from '../../command/src/command.ts';
import type { DescribedProvider, Variable } from './folders.ts';

/** What a key or an address may be, for a provider that is described and not run. */
const SAMPLES = ['http://127.0.0.1:9/v1', 'an-example-of-a-key-of-40-characters-000'];

/** What a variable is if it is absent. */
const absent = (name: string, schema: z.core.$ZodType): unknown =>
  z.object({ [name]: schema }).safeParse({}).data?.[name];

/** Descriptions by JSON Schema, which has them wherever in the schema they were given. */
function variablesOf(config: z.ZodRawShape): Variable[] {
  const { properties = {} } = z.toJSONSchema(z.object(config), { io: 'input', unrepresentable: 'any' });
  return Object.entries(config).map(([name, schema]) => {
    const { description } = Object(properties[name]) as { description?: string };
    const value = absent(name, schema);
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return { name, ...(value !== undefined && { value: text }), ...(description && { description }) };
  });
}

/** Values for what has no default: the first of the samples that the variable can be. */
function samplesFor(config: z.ZodRawShape): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([name, schema]) => {
      if (absent(name, schema) !== undefined) return [];
      const sample = SAMPLES.find(
        (value) => z.object({ [name]: schema }).safeParse({ [name]: value }).success,
      );
      return sample === undefined ? [] : [[name, sample]];
    }),
  );
}

async function describe(folder: string, example: Record<string, string>): Promise<DescribedProvider> {
  const { provider }: { provider: ProviderPlugin } = await import(
    pathToFileURL(join(folder, 'src/provider.ts')).href
  );
  if (serviceOf(provider.name) !== basename(folder))
    throw new Error(
      `services/${basename(folder)}: the folder of ${provider.name} is ${serviceOf(provider.name)}`,
    );
  const { name, description, accepts, limits, aliases } = await provider.describe({
    ...samplesFor(provider.config),
    ...example,
  });
  const configured = await provider.configure({});
  return {
    name,
    description,
    accepts,
    ...limits,
    aliases: aliases ?? [],
    wants: 'wants' in configured ? configured.wants : null,
    variables: variablesOf(provider.config),
  };
}

await runCommand(async () => {
  const [folder = '', example = '{}'] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await describe(folder, JSON.parse(example))), () => process.exit());
});
