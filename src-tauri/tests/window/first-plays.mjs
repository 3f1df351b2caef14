// The figures of many first plays: by kind, and whether every one moved in time.
//   node first-plays.mjs FILE HOW-MANY SECONDS
import { readFileSync } from 'node:fs';

const [file, wanted, within] = process.argv.slice(2);
const plays = readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const good = (play) => play.moved && !play.said && play.seconds <= Number(within);
const kindOf = ({ publishing, load, sound }) => [publishing ? 'being published' : 'live', load ? 'beside a load' : 'alone', sound ? 'sound device' : 'no sound device'].join(', ');

function line(name, some) {
  const seconds = some.filter((play) => play.moved).map((play) => play.seconds).sort((a, b) => a - b);
  const figure = (share) => (seconds.length > 0 ? seconds[Math.floor((seconds.length - 1) * share)].toFixed(2) : '-');
  console.log(`${name.padEnd(48)} ${String(some.length).padStart(3)} plays, ${String(some.filter(good).length).padStart(3)} within ${within} s; min ${figure(0)}, median ${figure(0.5)}, max ${figure(1)} s`);
}
for (const kind of [...new Set(plays.map(kindOf))].sort()) line(kind, plays.filter((play) => kindOf(play) === kind));
line('all', plays);
for (const play of plays.filter((play) => !good(play))) console.log(`too late: ${JSON.stringify(play)}`);
const passed = plays.filter(good).length;
// One that ended without a line counts as well.
console.log(`\n${passed} passed, ${Number(wanted) - passed} failed`);
process.exit(passed === Number(wanted) && passed > 0 ? 0 : 1);
