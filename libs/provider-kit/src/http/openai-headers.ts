/**
 * The headers of a client of the `openai` package that calls another vendor. The package sends what
 * OPENAI_CUSTOM_HEADERS names, which may be a key, to whomever it is pointed at: here it stays behind.
 *
 * @param key that vendor's own
 */
export function headersBesideOpenAi(
  key: string,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string | null> {
  const names = (env.OPENAI_CUSTOM_HEADERS ?? '').split('\n').map((line) => line.split(':', 1)[0]?.trim());
  const left = names.flatMap((name) => (name ? [[name.toLowerCase(), null] as const] : []));
  return { ...Object.fromEntries(left), authorization: `Bearer ${key}` };
}
