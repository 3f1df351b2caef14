// Signs the cases on standard input, one JSON object a line, with the npm package of AWS. Arguments: the folder of the
// package.json that has it.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "package.json"));
const { getSignedUrl } = require("@aws-sdk/cloudfront-signer");

const keys = [];
const date = (seconds) => (seconds === null ? undefined : new Date(seconds * 1000).toISOString());
for await (const line of createInterface({ input: process.stdin })) {
  const entry = JSON.parse(line);
  if (entry.pem) {
    keys.push(entry.pem);
    continue;
  }
  const { key, hash, url, ends, opens, ip, policy } = entry;
  const terms = policy ? { policy } : { dateLessThan: date(ends), dateGreaterThan: date(opens), ipAddress: ip ?? undefined };
  const signed = getSignedUrl({ url, keyPairId: "K1", privateKey: keys[key], algorithm: hash, ...terms });
  process.stdout.write(JSON.stringify(signed) + "\n");
}
