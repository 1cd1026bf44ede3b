import { readFile } from 'node:fs/promises';

/**
 * Whether the processor multiplies 8-bit integers without saturating: VNNI on x86, the dot product on arm64. An x86
 * without it uses VPMADDUBSW, whose 16-bit sums of two products can overflow.
 *
 * `unknown` on x86 systems other than Linux, which do not report it.
 */
export type Int8Support = 'exact' | 'saturating' | 'unknown';

export async function detectInt8Support(architecture: string = process.arch): Promise<Int8Support> {
  if (architecture !== 'x64') return 'exact';
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => undefined);
  return info === undefined ? 'unknown' : int8SupportOf(info);
}

/** From the `flags` of Linux's /proc/cpuinfo. */
export function int8SupportOf(cpuinfo: string): Int8Support {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/) ?? [];
  return flags.includes('avx512_vnni') || flags.includes('avx_vnni') ? 'exact' : 'saturating';
}
