import { expect, test } from 'vitest';
import { extractReceipt } from './index.ts';
import { testPage } from './spec-support/test-page.ts';

const read = (picture: string) => extractReceipt([testPage(picture)], { today: '2026-11-30' });
const items = (picture: string) =>
  read(picture).items.map(({ description, quantity, amount }) => [description, quantity, amount]);

const CHINESE_INVOICE = `     四川增值税电子普通发票    发票代码: 051002000311
                              开票日期: 2026年03月14日
购   名 称: 成都甲乙贸易有限公司
     纳税人识别号: 915101000000000001
货物或应税劳务、服务名称  数量  单价  金额  税率  税 额
*餐饮服务*餐费  1  943.396226  943.40  6%  56.60
合  计      ¥ 943.40      ¥ 56.60
价税合计 (大写)  壹仟圆整     (小写)   ¥ 1000.00
销   名 称: 成都丙丁餐饮有限公司
     纳税人识别号: 91510100MA6TEST00X`;

test('a Chinese invoice: the sum with tax is the total, the row of sums without it net and tax', () => {
  const { total, subtotal, tax, items: bought } = read(CHINESE_INVOICE);
  expect([total?.value, subtotal?.value, tax?.value]).toEqual(['1000.00', '943.40', '56.60']);
  expect(bought.map(({ amount }) => amount)).toEqual(['943.40']);
});

test('a Chinese invoice is from the seller, whose name stands after the buyer: below, or on the right', () => {
  expect(read(CHINESE_INVOICE).merchant?.value).toBe('成都丙丁餐饮有限公司');
  const wide = `电子发票（普通发票）
名称: 成都甲乙贸易有限公司     名称: 绵阳丙丁百货店
*饮料*果汁  1  94.34  94.34  6%  5.66
合计     ¥94.34     ¥5.66
价税合计（大写）  壹佰圆整     （小写）¥100.00`;
  expect(read(wide)).toMatchObject({ merchant: { value: '绵阳丙丁百货店' }, total: { value: '100.00' } });
});

test.each([
  ['113年05月12日', '2024-05-12'],
  ['中華民國 113 年 5 月 12 日', '2024-05-12'],
  ['發票日期: 113/05/12', '2024-05-12'],
])('a Taiwanese date: %s', (date, iso) => {
  expect(read(`甲乙便利商店\n電子發票證明聯\n113年05-06月\n${date}\n總計  95`).date?.value).toBe(iso);
});

const KOREAN = `갑을식품(주) 을지점
사업자번호: 123-45-67890
체크카드 취소시 대금환급은 최대7일 소요
품명    단가  수량  금액
001 당근 1봉지
$*214031    1,980  1  1,980
002 콜라비
$*211183    980  2  1,960
상품수:       3
면세합:       3,940
과세합:       0
부가세:       0
합 계 액:       3,940
[카드번호]    54611174********
[승인번호]    66415935[승인일자]2512262008
[승인금액]    3,940[할부개월]  0
[가맹번호]    132661072(NC)`;

test('a Korean receipt: names above codes, price, count and amount; numbers of cards and contracts are no amounts', () => {
  expect(read(KOREAN)).toMatchObject({
    total: { value: '3940' },
    merchant: { value: '갑을식품(주) 을지점' },
  });
  expect(items(KOREAN)).toEqual([
    ['001 당근 1봉지', '1', '1980'],
    ['002 콜라비', '2', '1960'],
  ]);
});

test('a row of a colon and an amount below the things is a label, though it was misread', () => {
  const bought = items(
    KOREAN.replace('면세합', '별셰혐').replace('합 계 액', '힘겨| 으').replace('과세합', '궈'),
  );
  expect(bought.map(([name]) => name)).toEqual(['001 당근 1봉지', '002 콜라비']);
});

test('how many things there are is no total, though no other label was read', () => {
  const { total } = read(
    KOREAN.replace('면세합', '별셰혐').replace('합 계 액', '힘겨| 으').replace('과세합', '궈'),
  );
  expect(total?.value).toBe('3940');
});

test('numbers of contracts, phones and bars are no amounts though nothing else is found', () => {
  expect(read('갑을마트\n[가맹번호]    132661072(NC)\n승인번호    66415935').total).toBeNull();
  expect(read('青空マート\n電話    0312345678\n伝票番号    90817263').total).toBeNull();
});

const DISCOUNTED = `갑을마트
사과  3,980
배  3,980
과세물품가액  6,618
부 가 세  662
합  계  7,960
회원할인  -680
결제금액  7,280
신용카드  7,280`;

test('what is left of a sum after a discount is the total, and the sum before it the subtotal', () => {
  expect(read(DISCOUNTED)).toMatchObject({ total: { value: '7280' }, subtotal: { value: '7960' } });
  expect(items(DISCOUNTED)).toEqual([
    ['사과', null, '3980'],
    ['배', null, '3980'],
  ]);
  const american = read('ACME\nWIDGET  50.00\nGADGET  29.60\nTOTAL  79.60\nCOUPON  -10.00\nTOTAL  69.60');
  expect(american.total?.value).toBe('69.60');
});

test('Korean labels bear a stroke misread in some of their letters', () => {
  const misread = `갑을마트\n사과  3,980\n배  3,980\n과세 불품기맥  6,618\n합  계  7,960\n회원할인  -680\n결세금맥  7,280`;
  expect(read(misread).total?.value).toBe('7280');
  expect(items(misread)).toHaveLength(2);
});

test('a Japanese receipt: what was handed over is no total, and a thing has its price below its name', () => {
  const picture = `株式会社あおぞら
領収書
天丼    ¥2,000
生ビール
@500* 2   ¥1,000
小計   ¥3,000
合計   ¥3,000
(内消費税等   ¥272)
お預り合計   ¥5,000
お釣り   ¥2,000`;
  expect(read(picture)).toMatchObject({
    total: { value: '3000' },
    tax: { value: '272' },
    paid: { value: '5000' },
    change: { value: '2000' },
    merchant: { value: '株式会社あおぞら' },
  });
  expect(items(picture)).toEqual([
    ['天丼', null, '2000'],
    ['生ビール', '2', '1000'],
  ]);
});

test('a row of a sum is no thing bought in any script', () => {
  const greek = 'ΚΑΦΕΝΕΙΟ\nΨΩΜΙ  1,20\nΓΑΛΑ  2,00\nΜΕΡΙΚΟ ΣΥΝΟΛΟ  3,20\nΦΠΑ 13%  0,37\nΣΥΝΟΛΟ  3,20';
  expect(items(greek).map(([name]) => name)).toEqual(['ΨΩΜΙ', 'ΓΑΛΑ']);
  const russian = 'ООО ПРИМЕР\nХлеб  45,10\nСыр  320,00\nНДС 20%  60,85\nИТОГ  365,10';
  expect(items(russian).map(([name]) => name)).toEqual(['Хлеб', 'Сыр']);
});

test.each([
  ['Chinese', '甲乙餐饮有限公司\n收银小票\n电话: 028-12345678', '甲乙餐饮有限公司'],
  ['Japanese', '領収書\n青空マート北町店\n電話 03-1234-5678', '青空マート北町店'],
  ['Korean', '[영수증]\n(주)갑을유통\n대표: 김갑을', '(주)갑을유통'],
  ['Thai', 'ใบเสร็จรับเงิน\nบริษัท ตัวอย่าง จำกัด\nโทร 02-123-4567', 'บริษัท ตัวอย่าง จำกัด'],
  ['Russian', 'КАССОВЫЙ ЧЕК\nООО "ПРИМЕР"\nИНН 7700000000', 'ООО "ПРИМЕР"'],
  ['Ukrainian', 'ФІСКАЛЬНИЙ ЧЕК\nТОВ "ПРИКЛАД"\nІД 12345678', 'ТОВ "ПРИКЛАД"'],
  ['Greek', 'ΑΠΟΔΕΙΞΗ ΛΙΑΝΙΚΗΣ ΠΩΛΗΣΗΣ\nΠΑΡΑΔΕΙΓΜΑ Α.Ε.\nΑΦΜ 012345678', 'ΠΑΡΑΔΕΙΓΜΑ Α.Ε.'],
  ['Hebrew', 'חשבונית מס קבלה\nמאפיית הדוגמה בע"מ\nטלפון 03-1234567', 'מאפיית הדוגמה בע"מ'],
  ['Arabic', 'فاتورة ضريبية مبسطة\nمخبز المثال\nهاتف 0112345678', 'مخبز المثال'],
])('a name, not the title, in %s', (_, picture, name) => {
  expect(read(`${picture}\n100\n`).merchant?.value).toBe(name);
});

test('names in letters without capitals are as sure as others', () => {
  const sure = read('青空マート北町店\n領収書\n合計  ¥300').merchant?.confidence ?? 0;
  expect(sure).toBeGreaterThan(0.4);
});
