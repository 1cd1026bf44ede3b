import { phrases } from './phrases.ts';

/** What names the time of the purchase, in several languages. */
export const TIME_LABELS = phrases(`
  time, masa, uhrzeit, zeit, heure, hora, ora, tijd, tid, waktu, jam, godzina, saat, klo, kl, czas, čas, óra, vrijeme, laikas, kell, giờ, время, час, време, ώρα, שעה, الوقت, समय, เวลา, 時間, 时间, 時刻, 시간`);

/** What stands beside times that are not of the purchase: opening hours, the beginning of a stay. */
export const OTHER_TIMES = phrases(`
  open*, hours, entry, entrance, start, until, daily, mon, tue, wed, thu, fri, sat, sun, öffnungszeiten, geöffnet,
  horaires, horario, orario, openingstijden, waktu operasi`);
