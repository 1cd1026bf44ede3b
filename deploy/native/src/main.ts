import { readArguments, runCommand } from '../../command/src/command.ts';
import { type BackendKind, backendKinds, spareKinds } from './backend-kind.ts';
import { install } from './install/install.ts';
import { installCheckers, installKubernetes } from './install/kubernetes.ts';
import { down, membersOf, up, variablesFile, variablesOf } from './stack/stack.ts';

const usage = `npm run stack -- install|up|down|status|env [backend …] [--state .inkstream] [--data data/stack]
backends: ${backendKinds.join(', ')}, which are all if none is named; ${spareKinds.join(', ')} if it is named
npm run stack -- kubernetes   installs what \`npm run verify:k8s\` takes`;

const everyKind: readonly BackendKind[] = [...backendKinds, ...spareKinds];
const isKind = (name: string): name is BackendKind => everyKind.some((kind) => kind === name);

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, {
    state: { type: 'string', default: '.inkstream' },
    data: { type: 'string', default: 'data/stack' },
  });
  const [command = '', ...names] = positionals;
  const kinds = names.length > 0 ? names.filter(isKind) : backendKinds;

  const commands: Record<string, () => Promise<void>> = {
    install: async () => {
      // Tests need those too that the stack does without.
      for (const kind of names.length > 0 ? kinds : everyKind) await install(kind, console.log);
      if (names.length === 0) await installCheckers(console.log);
    },
    kubernetes: async () => {
      await installCheckers(console.log);
      await installKubernetes(console.log);
    },
    up: async () => {
      await up(values, console.log, kinds);
      console.log(`Variables: ${variablesFile(values)}`);
    },
    down: async () => {
      for (const { kind } of await down(values)) console.log(`${kind} ended`);
    },
    status: async () => {
      const members = await membersOf(values);
      for (const kind of backendKinds) {
        const member = members.find((one) => one.kind === kind);
        console.log(
          member ? `${kind}: ${Object.values(member.env)[0]}, process ${member.pid}` : `${kind}: down`,
        );
      }
      if (members.length < backendKinds.length) process.exitCode = 1;
    },
    env: async () => {
      process.stdout.write(variablesOf(await membersOf(values)));
    },
  };

  const run = commands[command];
  if (!run || names.length > kinds.length) throw new Error(usage);
  await run();
});
