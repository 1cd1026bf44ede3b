import { editDistance } from './edit-distance.ts';

/** The variables of services that begin with INKSTREAM_. */
const OF_SERVICES = ['INKSTREAM_MODE', 'INKSTREAM_DATA_DIR', 'INKSTREAM_CACHE_DIR'];
/** Variables of tests, Compose and the tools in `deploy`, which may be set in the shell that starts a service. */
const OF_TOOLS = /^INKSTREAM_(TAG|PULL_IMAGES|BACKENDS_DIR|WIRE_DOUBLES|\w*URL)$/;
/** Variables that Kubernetes sets in every pod for a service whose name begins with `inkstream-`. */
const OF_KUBERNETES = /_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP|SCTP)/;
const KUBERNETES_LINK = /^(tcp|udp|sctp):\/\//;

/** Compared with and without our prefix, since `INKSTREAM_PORT` means `PORT`. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const spellings = [name, name.replace('INKSTREAM_', '')];
  const far = (other: string) => Math.min(...spellings.map((spelling) => editDistance(spelling, other)));
  return known.toSorted((a, b) => far(a) - far(b))[0];
}

/** Shorter names are similar to too much, and so are those that differ by more letters. */
const LONG_ENOUGH = 8;
const SIMILAR = 2;

/** Variables without our prefix that nothing reads, each with the known one of which it is a misspelling by its looks. */
export function similarVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): { readonly name: string; readonly nearest: string }[] {
  const all = new Set([...OF_SERVICES, ...known]);
  return Object.entries(env)
    .filter(
      ([name, value]) =>
        value &&
        name.length >= LONG_ENOUGH &&
        !name.startsWith('INKSTREAM_') &&
        !all.has(name) &&
        !OF_KUBERNETES.test(name),
    )
    .flatMap(([name]) => {
      const nearest = [...all].find((other) => editDistance(name, other) <= SIMILAR);
      return nearest === undefined ? [] : [{ name, nearest }];
    });
}

/** Unknown variables that begin with INKSTREAM_, each with the known one that is most similar. */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): { readonly name: string; readonly nearest: string | undefined }[] {
  const all = [...OF_SERVICES, ...known];
  return Object.entries(env)
    .filter(
      ([name, value]) =>
        name.startsWith('INKSTREAM_') &&
        value &&
        !all.includes(name) &&
        !OF_TOOLS.test(name) &&
        !OF_KUBERNETES.test(name) &&
        !KUBERNETES_LINK.test(value),
    )
    .map(([name]) => ({ name, nearest: nearest(name, all) }));
}
