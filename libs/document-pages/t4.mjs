import { generateReceipt, deskPhoto } from '/work/wt/fuzz/libs/testing/src/index.ts';
import sharp from 'sharp';
import { openDocument } from '/work/wt/fuzz/libs/document-pages/src/index.ts';
import { readdirSync, readFileSync } from 'node:fs';
const kids=()=>readdirSync('/proc/self/task').flatMap(t=>{try{return readFileSync(`/proc/self/task/${t}/children`,'utf8').split(' ').filter(Boolean)}catch{return []}});
const { image: receipt } = await generateReceipt({ seed: 1, format: 'png' });
for (const mp of [20,30,40,50]) {
const bytes = await sharp(await deskPhoto(receipt, mp), {limitInputPixels:false}).webp({effort:0}).toBuffer();
for (const memoryMb of [640,800,1000]) {
const d = await openDocument(bytes,{memoryMb}); 
let hwm,data=0; const timer=setInterval(()=>{ for (const pid of kids()) try{ const s=readFileSync(`/proc/${pid}/status`,'utf8'); hwm=s.match(/VmHWM.*/g);data=Math.max(data,+s.match(/VmData:\s*(\d+)/)[1]) }catch{} },5);
let e; const p = await d.page(0).catch(x=>e=x); clearInterval(timer);
console.log(mp,memoryMb,bytes.length,p.width,p.height,e?.message,hwm,data/1024);
d.close();
}}
