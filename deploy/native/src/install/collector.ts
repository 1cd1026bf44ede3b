import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../backend-kind.ts';
import { alreadyCached, cached } from './cache.ts';
import { runTool } from './tool.ts';

const NAME = 'otelcol';
const SOURCE = join(import.meta.dirname, '../../../observability/collector');

/** Its source and the versions of all that it is made of. */
const recipe = (): string =>
  globSync('*.{go,mod,sum}', { cwd: SOURCE })
    .toSorted()
    .map((file) => readFileSync(join(SOURCE, file), 'utf8'))
    .join();

/** The program, if it was built before: that takes minutes of CPU time, which a test run should not spend. */
export function collectorIfInstalled(): string | null {
  const folder = alreadyCached(NAME, recipe());
  return folder && join(folder, NAME);
}

/** Builds the OpenTelemetry collector of deploy/observability/collector if it is not yet, and returns the program. */
export async function installCollector(report: Report = () => {}): Promise<string> {
  const folder = await cached(NAME, recipe(), (draft) => {
    report('Building the OpenTelemetry collector, which takes some minutes the first time');
    const args = ['build', '-C', SOURCE, '-trimpath', '-ldflags=-s -w', '-o', join(draft, NAME), '.'];
    return runTool('The OpenTelemetry collector', 'go', args, { CGO_ENABLED: '0', GOFLAGS: '' });
  });
  return join(folder, NAME);
}
