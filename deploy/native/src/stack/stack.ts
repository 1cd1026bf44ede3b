import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackendKind, backendKinds, type Report, wireDoubles } from '../backend-kind.ts';
import { type Member, runs, startMember, stopMember } from './member.ts';

export interface StackFolders {
  /** Where the state is: `stack.env`, the variables, and `stack.json`, the processes. */
  readonly state: string;
  /** A folder for each backend's data. */
  readonly data: string;
}

const stateFile = ({ state }: StackFolders): string => join(state, 'stack.json');
export const variablesFile = ({ state }: StackFolders): string => join(state, 'stack.env');

/** The variables of all members, and which of them are wire doubles, as `node --env-file` reads them. */
export function variablesOf(members: readonly Member[]): string {
  const variables = Object.assign({}, ...members.map(({ env }) => env));
  const doubles = members.map(({ kind }) => kind).filter((kind) => wireDoubles.includes(kind));
  if (doubles.length > 0) variables.INKSTREAM_WIRE_DOUBLES = doubles.join(',');
  return Object.entries(variables)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** The members that run. */
export async function membersOf(folders: StackFolders): Promise<Member[]> {
  const content = await readFile(stateFile(folders), 'utf8').catch(() => '[]');
  const members: Member[] = JSON.parse(content);
  const running = await Promise.all(members.map(runs));
  return members.filter((_, index) => running[index]);
}

/** Replaces a file by one that its owner alone can read: the backends' credentials are in it. */
async function replaceFile(file: string, content: string): Promise<void> {
  const next = `${file}.next`;
  await rm(next, { force: true });
  await writeFile(next, content, { mode: 0o600, flag: 'wx' });
  await rename(next, file);
}

async function save(folders: StackFolders, members: readonly Member[]): Promise<void> {
  await mkdir(folders.state, { recursive: true });
  await chmod(folders.state, 0o700);
  await replaceFile(stateFile(folders), JSON.stringify(members, undefined, 2));
  await replaceFile(variablesFile(folders), variablesOf(members));
}

/**
 * Starts what does not run yet. What started is in the state at once, so that `down` finds it even if another
 * backend fails.
 */
export async function up(
  folders: StackFolders,
  log: Report,
  kinds: readonly BackendKind[] = backendKinds,
): Promise<Member[]> {
  const members = await membersOf(folders);
  for (const kind of kinds) {
    if (members.some((member) => member.kind === kind)) continue;
    const member = await startMember(kind, folders.data, log);
    members.push(member);
    await save(folders, members);
    log(`${kind} serves at ${Object.values(member.env)[0]}, process ${member.pid}`);
  }
  return members;
}

/** Ends what runs; the data stays. Returns what it ended. */
export async function down(folders: StackFolders): Promise<Member[]> {
  const members = await membersOf(folders);
  await Promise.all(members.map(stopMember));
  await Promise.all([stateFile, variablesFile].map((file) => rm(file(folders), { force: true })));
  return members;
}
