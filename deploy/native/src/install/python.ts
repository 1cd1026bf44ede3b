import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../backend-kind.ts';
import { cached } from './cache.ts';
import { runTool } from './tool.ts';

/**
 * The Python of a virtual environment with the packages of a requirements file, installed if it is not yet. It is called
 * by its path: the scripts beside it name the folder that it was made in.
 *
 * @throws MissingToolError if python3 is not there.
 */
export async function installPython(requirements: URL, report: Report = () => {}): Promise<string> {
  const folder = await cached('python', await readFile(requirements, 'utf8'), async (draft) => {
    report('Installing Python packages');
    await runTool('Python packages', 'python3', ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:'];
    // The one of the environment, which comes first there.
    const PATH = `${join(draft, 'bin')}:${process.env.PATH}`;
    await runTool('Python packages', 'python3', [...pip, '--requirement', fileURLToPath(requirements)], {
      PATH,
    });
  });
  return join(folder, 'bin/python');
}
