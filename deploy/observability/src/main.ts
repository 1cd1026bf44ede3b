/** Writes the dashboards into grafana/dashboards, which Grafana provisions. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readArguments, runCommand } from '../../command/src/command.ts';
import { dashboardJson } from './dashboard.ts';
import { flow } from './dashboards/flow.ts';
import { providers } from './dashboards/providers.ts';
import { services } from './dashboards/services.ts';
import { spans } from './dashboards/spans.ts';
import { tenant } from './dashboards/tenant.ts';

const usage = 'npm run generate:dashboards [-- --check]';

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, { check: { type: 'boolean', default: false } });
  if (positionals.length > 0) throw new Error(usage);
  for (const dashboard of [flow, services, providers, tenant, spans]) {
    const file = new URL(`../grafana/dashboards/${dashboard.uid}.json`, import.meta.url);
    const text = `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`;
    if (!values.check) writeFileSync(file, text);
    else if (readFileSync(file, 'utf8') !== text)
      throw new Error(`Stale: ${dashboard.uid}.json. \`npm run generate:dashboards\` writes it anew.`);
  }
});
