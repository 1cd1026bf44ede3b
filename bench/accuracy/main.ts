/** Scores the local engine on receipts with truth: see README.md. */
import { parseArgs } from 'node:util';
import { localeCases } from './locale-cases.ts';
import { readCases } from './read-cases.ts';
import { report } from './report.ts';
import { scanCases } from './scan-cases.ts';
import { worldCases } from './world-cases.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    scans: { type: 'string' },
    world: { type: 'string' },
    locales: { type: 'string' },
    model: { type: 'string', default: 'default' },
    json: { type: 'string' },
    cache: { type: 'string' },
    seed: { type: 'string', default: '5000' },
    only: { type: 'string' },
    kinds: { type: 'string' },
    detail: { type: 'boolean', default: false },
  },
});
const { data, scans, world, locales, model, json, cache, detail } = options;
const modes = [data, scans, world, locales].filter((mode) => mode !== undefined);
if (modes.length !== 1 || (model !== 'default' && model !== 'accurate' && model !== 'fast')) {
  console.error(
    'usage: bench:accuracy -- --data DIR [--json FILE] | --scans DIR | --world DIR | --locales N [--seed N] [--only TAG,…] [--kinds KIND,…]\n' +
      '                         [--model default|accurate|fast] [--cache FILE] [--detail]',
  );
  process.exit(2);
}

if (data !== undefined) {
  const { scoreScans } = await import('./scans.ts');
  await scoreScans({ data, model, json });
} else {
  const only = options.only?.split(',');
  const kinds = options.kinds?.split(',');
  const cases =
    world !== undefined
      ? await worldCases(world)
      : scans !== undefined
        ? await scanCases(scans)
        : localeCases({ count: Number(locales), firstSeed: Number(options.seed), only, kinds });
  report(await readCases(cases, { model, cache }), { detail });
}
