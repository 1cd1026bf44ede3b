/** Where objects lie, and which process, on which machine, did the work: no client's business. */
const INTERNAL = /^(worker|host|hostname|pid)$|Key$/;

/** What an event says, without what concerns nobody outside, however deep that lies. */
export const publicHistoryData = ({ data }: { readonly data: object }): Record<string, unknown> =>
  JSON.parse(JSON.stringify(data, (name, value: unknown) => (INTERNAL.test(name) ? undefined : value)));
