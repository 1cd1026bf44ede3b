/** A stream object, whose dictionary gets its length. */
export const pdfStream = (dictionary: string, data: Buffer): string =>
  `<< ${dictionary} /Length ${data.length} >>\nstream\n${data.toString('latin1')}\nendstream`;

/** A PDF file of the given objects, numbered from 1, the first being the catalogue (ISO 32000-1, 7.5). */
export function pdfOf(objects: string[], trailer = ''): Buffer {
  let body = '%PDF-1.7\n';
  const entries = ['0000000000 65535 f \n'];
  objects.forEach((object, index) => {
    entries.push(`${String(body.length).padStart(10, '0')} 00000 n \n`);
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
  });
  const size = entries.length;
  const table = `xref\n0 ${size}\n${entries.join('')}`;
  const end = `trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + end, 'latin1');
}
