const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { constants } = require('node:os');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');

/** What Inkstream is tested on; older ones start it by the one that is installed beside it. */
const RUNS_ON = 24;
const USAGE = `inkstream serve            everything in one process: the API at PORT (3000), the data in INKSTREAM_DATA_DIR (./data)
inkstream serve --rebuild  the same, and the read model is rebuilt from the events meanwhile
inkstream backup --to DIR  backs up what runs; inkstream restore --from DIR restores it; inkstream verify checks it
inkstream canary           uploads a receipt to CANARY_URL each minute, and checks how it is read
inkstream canary --once    once, and ends with 1 if it is not read as it is
inkstream doctor           looks at the configuration and all that it names, and says what is wrong and what to do
inkstream doctor --json    the same for programs
inkstream --version        its version
inkstream --help           this`;
/** The scripts in `src`, and the options that each takes, where it does not read them itself. */
const COMMANDS = {
  serve: { script: 'main', options: ['--rebuild'] },
  backup: { script: 'backup/main' },
  restore: { script: 'backup/main' },
  verify: { script: 'backup/main' },
  canary: { script: 'canary', options: ['--once'] },
  doctor: { script: 'doctor', options: ['--json'] },
};
const WATCH_MS = 500;

function refuse(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** The `node` that the package of this platform brings, or that of the package `node`, whose install script fetches it. */
function installedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  for (const name of [`${prefix}-${platform}-${process.arch}`, 'node']) {
    try {
      const manifest = require.resolve(`${name}/package.json`);
      const file = join(dirname(manifest), require(manifest).bin.node);
      if (existsSync(file)) return file;
    } catch {
      // It is not installed.
    }
  }
  return undefined;
}

/** Ends the service with the npm that started it: npm ends its shell alone, which tells nobody. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, WATCH_MS);
  watch.unref();
}

/** In a process of its own, which gets our signals, and ends if this one is gone: it notices by the channel. */
function runBy(node, script, args) {
  const child = spawn(node, [script, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`Node ${RUNS_ON} at ${node} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function run(command, options) {
  const { script: name, options: known = options } = COMMANDS[command];
  const unknown = options.find((option) => !known.includes(option));
  if (unknown !== undefined) refuse(`There is no option ${unknown} of inkstream ${command}.\n${USAGE}`);
  // TypeScript in a clone, what was built from it in the package.
  const script = ['js', 'ts'].map((type) => join(__dirname, '../src', `${name}.${type}`)).find(existsSync);
  const own = Number(process.versions.node.split('.')[0]);
  const node = own === RUNS_ON ? undefined : installedNode();
  if (own < RUNS_ON && node === undefined)
    refuse(
      `Inkstream runs on Node ${RUNS_ON}, which was not installed with it, and this is Node ${process.versions.node}: install Node ${RUNS_ON}, or install again with optional dependencies.`,
    );
  endWithNpm();
  if (node !== undefined) runBy(node, script, [command, ...options]);
  else
    import(pathToFileURL(script).href).catch((error) =>
      refuse(`A part of Inkstream cannot be loaded: ${error.message}`),
    );
}

const [command, ...options] = process.argv.slice(2);
const asks = (...names) => names.includes(command) || (command in COMMANDS && names.includes(options[0]));
if (command === undefined || asks('--help', '-h', 'help')) console.log(USAGE);
else if (asks('--version', '-v')) console.log(require('../../../package.json').version);
else if (Object.hasOwn(COMMANDS, command)) run(command, options);
else refuse(`There is no ${command.startsWith('-') ? 'option' : 'command'} ${command}.\n${USAGE}`);
