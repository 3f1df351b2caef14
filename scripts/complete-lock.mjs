// Adds to ui/package-lock.json the optional packages of other platforms that the registry at hand did not offer when the
// lock file was written: without their entries `npm ci` calls the lock file out of date. Run after `npm install`.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../ui/package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const systems = ["darwin", "linux", "win32", "android", "freebsd", "openbsd", "netbsd", "sunos", "aix", "openharmony"];
const processors = ["arm64", "x64", "ia32", "arm", "riscv64", "ppc64", "s390x", "loong64", "mips64el", "wasm32"];
let added = 0;

for (const [, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place]) continue;
    const words = name.split(/[/-]/);
    const os = words.includes("wasi") ? undefined : systems.filter((word) => words.includes(word));
    const cpu = processors.filter((word) => words.includes(word));
    if (!cpu.length && !os?.length) continue;
    lock.packages[place] = {
      version: version.replace(/^[\^~]/, ""),
      dev: entry.dev,
      optional: true,
      os: os?.length ? os : undefined,
      cpu: cpu.length ? cpu : undefined,
      libc: words.includes("musl") ? ["musl"] : words.includes("gnu") ? ["glibc"] : undefined,
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} optional packages of other platforms added`);
