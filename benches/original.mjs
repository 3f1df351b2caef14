// The logic that Screener's endpoint replaces, in our own words: a Lambda that holds the private key and signs a canned
// policy for every segment of a playlist. Spoken to through the Runtime API, as Lambda does.
//
// BENCH_SEGMENTS=n node original.mjs   measures signing alone, without S3 and Lambda: one JSON line.
import { readFileSync } from "node:fs";
import { getSignedUrl } from "@aws-sdk/cloudfront-signer";

const privateKey = readFileSync(process.env.PRIVATE_KEY_FILE, "utf8");
const domain = "https://d111111abcdef8.cloudfront.net";
const keyPairId = "K2JCJMDEHXQW5F";

function signed(text, folder, dateLessThan) {
  return text
    .split("\n")
    .map((line) => {
      if (line === "" || line.startsWith("#")) return line;
      return getSignedUrl({ url: `${domain}/${folder}/${line}`, keyPairId, privateKey, dateLessThan });
    })
    .join("\n");
}

const ends = () => new Date(Date.now() + 3600_000).toISOString();

if (process.env.BENCH_SEGMENTS) {
  const segments = Number(process.env.BENCH_SEGMENTS);
  let text = "#EXTM3U\n";
  for (let number = 1; number <= segments; number++) text += `#EXTINF:6.00000,\n${String(number).padStart(5, "0")}.m4s\n`;
  signed("#EXTM3U\n00000.m4s\n", "videos/abc", ends());
  const before = process.cpuUsage();
  const bytes = signed(text, "videos/abc", ends()).length;
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({ segments, bytes, cpu_ms: (used.user + used.system) / 1000 }));
} else {
  const { S3Client, GetObjectCommand } = await import("@aws-sdk/client-s3");
  const client = new S3Client({ endpoint: process.env.AWS_ENDPOINT_URL_S3, forcePathStyle: true });
  const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
  for (;;) {
    const next = await fetch(`${api}/next`);
    const id = next.headers.get("lambda-runtime-aws-request-id");
    const event = await next.json();
    const key = event.path.slice(1);
    const object = await client.send(new GetObjectCommand({ Bucket: process.env.SCREENER_BUCKET, Key: key }));
    const text = await object.Body.transformToString();
    const body = signed(text, key.slice(0, key.lastIndexOf("/")), ends());
    const answer = { statusCode: 200, headers: { "content-type": "application/vnd.apple.mpegurl" }, body };
    await fetch(`${api}/${id}/response`, { method: "POST", body: JSON.stringify(answer) });
  }
}
