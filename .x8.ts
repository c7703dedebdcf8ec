import { tsharkFrames, viewFrames } from './test/support/frame-fields.ts';
import { publicCaptures } from './test/support/truth-files.ts';
let total=0, fields=0;
for (const {file,path} of publicCaptures()) {
  const t=tsharkFrames(path), v=await viewFrames(path);
  const bad: string[]=[];
  for (const n of new Set([...t.keys(),...v.keys()])) {
    const a=t.get(n)??{}, b=v.get(n)??{};
    const keys=[...new Set([...Object.keys(a),...Object.keys(b)])].filter(k=>a[k]!==b[k]);
    total++; fields+=Object.keys(a).length;
    if (keys.length) bad.push(`frame ${n}: `+keys.slice(0,6).map(k=>`${k} view ${b[k]} tshark ${a[k]}`).join('; '));
  }
  if (bad.length) { console.log('##',file,bad.length,'of',t.size); for (const b of bad.slice(0,4)) console.log('   ',b.slice(0,260)); }
}
console.log(total, fields);
