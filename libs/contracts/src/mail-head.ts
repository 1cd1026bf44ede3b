/** As much of a file as is looked at, bytes: mails begin with the fields that relays have added, which are long. */
const HEAD_BYTES = 4_096;
/** Fields that mails have, and neither HTTP nor programs' settings (RFC 5322, 3.6). */
const OF_MAILS = ['from', 'received', 'return-path', 'delivered-to', 'message-id', 'mime-version'];
const ALSO_OF_MAILS = [
  ...['date', 'to', 'cc', 'subject', 'reply-to', 'sender', 'content-type'],
  ...['dkim-signature', 'arc-seal', 'authentication-results'],
];
/** A field, or a line that goes on with the one before. The first line may be that of a mailbox file. */
const FIELD = /^([!-9;-~]+)[ \t]*:/;
const CONTINUED = /^[ \t]/;
const MAILBOX = /^From \S+ /;

/**
 * Whether a file begins as a mail does (RFC 5322, `.eml`): with nothing but header fields, of which one is of mails alone and
 * another one is also known. `bytes`: the file, or its first 4 KiB.
 */
export function isMail(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const lines = head.split(/\r?\n/);
  // The last line may be cut.
  if (bytes.length >= HEAD_BYTES) lines.pop();
  const end = lines.indexOf('');
  const header = end < 0 ? lines : lines.slice(0, end);
  const names = new Set<string>();
  for (const [at, line] of header.entries()) {
    const [, name] = FIELD.exec(line) ?? [];
    if (name !== undefined) names.add(name.toLowerCase());
    else if (at === 0 ? !MAILBOX.test(line) : !CONTINUED.test(line)) return false;
  }
  const known = [...OF_MAILS, ...ALSO_OF_MAILS].filter((name) => names.has(name));
  return known.length > 1 && OF_MAILS.some((name) => names.has(name));
}
