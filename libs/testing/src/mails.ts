/** A part of a mail: its header fields, without those that its content asks for, and its content. */
export interface MailPart {
  readonly type: string;
  readonly content: string | Uint8Array;
  readonly name?: string;
  readonly disposition?: 'attachment' | 'inline';
  /** What the text names it by, without angle brackets. */
  readonly id?: string;
}

const HEADERS = [
  'Received: from mail.example.com (mail.example.com [192.0.2.1]) by mx.example.org; Mon, 30 Nov 2026 12:00:05 +0000',
  'From: =?UTF-8?Q?Caf=C3=A9_Sol?= <billing@example.com>',
  'To: someone@example.org',
  'Subject: Your receipt',
  'Date: Mon, 30 Nov 2026 12:00:00 +0000',
  'Message-ID: <1@example.com>',
  'MIME-Version: 1.0',
];

const linesOf = (text: string): string => text.replaceAll(/.{76}/g, '$&\r\n');

function partOf({ type, content, name, disposition, id }: MailPart): string {
  const bytes = Buffer.from(content);
  const isText = type.startsWith('text/');
  const isMail = type === 'message/rfc822';
  const fields = [
    `Content-Type: ${type}${isText ? '; charset=utf-8' : ''}${name ? `; name="${name}"` : ''}`,
    ...(isMail ? [] : ['Content-Transfer-Encoding: base64']),
    ...(disposition ? [`Content-Disposition: ${disposition}${name ? `; filename="${name}"` : ''}`] : []),
    ...(id ? [`Content-ID: <${id}>`] : []),
  ];
  const body = isMail ? bytes.toString('latin1') : linesOf(bytes.toString('base64'));
  return `${fields.join('\r\n')}\r\n\r\n${body}`;
}

/** A mail as an `.eml` file (RFC 5322, RFC 2045), of one part or several. */
export function mailOf(parts: readonly MailPart[], multipart = 'mixed'): Buffer {
  const [only] = parts;
  if (only && parts.length === 1)
    return Buffer.from(`${HEADERS.join('\r\n')}\r\n${partOf(only)}\r\n`, 'latin1');
  const boundary = `part-${parts.length}-${parts.reduce((sum, { content }) => sum + content.length, 0)}`;
  const body = parts.map((part) => `--${boundary}\r\n${partOf(part)}\r\n`).join('');
  const type = `Content-Type: multipart/${multipart}; boundary="${boundary}"`;
  return Buffer.from(`${HEADERS.join('\r\n')}\r\n${type}\r\n\r\n${body}--${boundary}--\r\n`, 'latin1');
}
