import { phrases } from './phrases.ts';

/** Words that begin or fill a row at the top of a receipt which is neither name nor address. */
export const NOT_A_NAME: readonly string[] = phrases(`
  tel, tel no, telp, telephone, telefon, téléphone, phone, ph, fax, faks, h/p, hp, mobile, whatsapp*, hotline, careline, email, e-mail, website, web, http*, www*, facebook*,
  instagram, gst*, sst*, vat, tax, tax invoice, invoice*, receipt, receipt no, resit, rechnung, quittung, beleg, facture, ticket, factura, scontrino, bon, kassabon, bill, bill no, bill to, cash sale*, cash bill, credit sale, sales
  receipt, official receipt, cashier, date, tarikh, datum, time, masa, uhrzeit, table, order*, terminal, pos, operator, customer, guest*, pax, member*, doc no, document no, document, ref, ref no, reference, thank*, terima kasih, danke, merci, gracias,
  grazie, welcome, selamat datang, item, items, description, qty, price, salesperson, server, waiter, counter, site, copy, duplicate, original, reprint, goods sold*, returnable*, promo, open, opening hours, business hours,
  feedback, please, visit us, follow us, self collect, take away, dine in, eat in,  ust-id*, ust-idnr, steuernummer, siret, siren, tva, nif, cif, p.iva, partita iva, btw, kvk, abn, gstin, npwp, cnpj, trn, uen,
  发票, 發票, 收据, 收據, 小票, 收银, 购物清单, 结账单, 结帐单, 账单, 帳單, 電話, 电话, 统一编号, 統一編號, 統編, 税号, 纳税人, 开票, 单号, 流水号, 日期, 时间, 時間, 欢迎光临, 歡迎光臨, 谢谢, 謝謝, 隨機碼, 证明联, 證明聯,
  領収書, 領収証, レシート, お買上票, お買上明細, 登録番号, 担当, レジ, いらっしゃいませ, ありがとうございます,
  영수증, 거래명세서, 매출전표, 신용카드매출전표, 계산서, 전화, 전화번호, 사업자번호, 사업자등록번호, 등록번호, 대표, 대표자, 대표자명, 계산원, 판매일, 일시, 감사합니다, 어서오세요, 교환, 환불,
  ใบเสร็จ, ใบกำกับ, โทร, เลขประจำตัว, เลขที่, วันที่, ขอบคุณ, ยินดีต้อนรับ, พนักงาน, โต๊ะ,
  чек, квитанция*, касса, кассир*, смена, приход, инн, кпп, ккт, добро пожаловать, спасибо*, тел, телефон*, каса, касир*, іпн, фіскальний*, квитанція*, дякуємо, бон, фискален бон, служебен бон, еик, зддс, касиер*, благодарим*, рачун, фискални рачун, пиб, есир, фискалдық, кассалық, бин, рақмет,
  αποδειξη*, απόδειξη*, τιμολόγιο*, αφμ, δου, τηλ, ευχαριστούμε, ημερομηνία, ταμίας, ταμείο,
  חשבונית*, קבלה, טלפון, טל, עוסק, חפ, תאריך, קופאי, קופה, תודה, ברוכים הבאים,
  فاتورة*, إيصال, ايصال, هاتف, الهاتف, تلفون, الرقم الضريبي, سجل تجاري, التاريخ, الكاشير, شكرا*, أهلا*, مرحبا*,
  रसीद, चालान, कर चालान, बीजक, फोन, दूरभाष, जीएसटी*, दिनांक, धन्यवाद`);

/** Words before a number by which a company is registered. */
export const REGISTRATION: readonly string[] = phrases(`
  reg*, reg no, roc, roc no, co reg, co no, co reg no, company no, company reg*, comp no, company registration no, business reg*, br no, brn, ssm, gst id, gst reg*, gst no, sst id, vat no, abn,
  gstin, uen, siret, siren, rcs, hrb, handelsregister, nif, cif, p.iva, kvk, cnpj, npwp, tin, ein, trn, fssai, id no, lesen, licen*`);

/** Words before the company that owns the shop whose name stands above. */
export const OWNERS: readonly string[] = phrases(`
  owned by, owner by, managed by, manage by, operated by, operator, dimiliki, dimiliki oleh, diuruskan oleh, milik, licensee, franchisee, franchise of, a division of,
  subsidiary of, formerly known as, formerly, inhaber, inh.`);
