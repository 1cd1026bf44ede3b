import { parse } from 'content-disposition';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noneMatch } from './etag.ts';
import { attachment } from './file-name.ts';
import { formatEvent } from './server-sent-event.ts';

describe('attachment', () => {
  it('keeps a name in any script', () => {
    for (const name of ['receipt.jpg', 'Beleg „Müller“.pdf', '領収書 😀.png', 'a;b="c".jpg', "it's 100%.jpg"])
      expect(parse(attachment(name)).parameters.filename).toBe(name);
  });

  it('has a plain name beside one in Unicode, for clients that know no filename*', () => {
    for (const [name, fallback] of [
      ['Beleg Müller.pdf', 'Beleg Muller.pdf'],
      ['領収書 😀.png', '___ _.png'],
    ])
      expect(attachment(name ?? '')).toMatch(
        new RegExp(`^attachment; filename="${fallback}"; filename\\*=UTF-8''[\\w%.]+$`),
      );
  });

  it('leads to no other folder, header or ending, whatever the name', () => {
    expect(parse(attachment('../..\\a\r\nSet-Cookie: b\0.jpg')).parameters.filename).toBe(
      '.._.._a__Set-Cookie: b_.jpg',
    );
    expect(parse(attachment('receipt\u202Egpj.exe')).parameters.filename).toBe('receipt_gpj.exe');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(attachment(name)).toMatch(/^attachment; filename[\x20-\x7e]*$/);
      }),
    );
    expect(attachment('\ud800.jpg')).toContain("filename*=UTF-8''%EF%BF%BD.jpg");
  });
});

describe('noneMatch', () => {
  it('compares weakly, in a list, and takes * for any', () => {
    for (const header of ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', '*', ' * '])
      expect([noneMatch(header, '"a"'), noneMatch(header, 'W/"a"')]).toEqual([true, true]);
    for (const header of [undefined, '', '"b"', 'a', '"a', '"*"'])
      expect(noneMatch(header, '"a"')).toBe(false);
  });
});

describe('server-sent events', () => {
  it('are three lines and a blank one, whatever the data', () => {
    expect(formatEvent({ event: 'job', id: '3-x', data: { name: 'a\n\ndata: b\r\u2028' } })).toBe(
      'event: job\nid: 3-x\ndata: {"name":"a\\n\\ndata: b\\r\u2028"}\n\n',
    );
  });
});
