/** Builds the collector that tests of deploy/observability run, and says where it is. */
import { readArguments, runCommand } from '../../command/src/command.ts';
import { installCollector } from '../../native/src/install/collector.ts';

await runCommand(async () => {
  const { positionals } = readArguments('npm run collector', {});
  if (positionals.length > 0) throw new Error('npm run collector');
  console.log(await installCollector(console.error));
});
