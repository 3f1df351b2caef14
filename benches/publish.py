#!/usr/bin/env python3
"""What publishing costs: uploads beside rclone and the AWS CLI, and memory.

  benches/publish.py NAME… [--round N]    measures: many, one, memory
  benches/publish.py table                writes benches/publish.md from what was measured

Each measurement is a run of its own, so that a long bench can be had in short pieces; results are kept in target/bench-publish.
Environment: COUNT SIZE LARGE ROUNDS MEMORY (bytes of the larger upload) PROFILE, WORK (a folder with room).
"""
import argparse, json, os, pathlib, shutil, signal, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROFILE = os.environ.get("PROFILE", "release")
BIN = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / ("debug" if PROFILE == "dev" else PROFILE)
KEPT = ROOT / "target" / "bench-publish"
COUNT = int(os.environ.get("COUNT", 1000))
SIZE = int(os.environ.get("SIZE", 1_000_000))
LARGE = int(os.environ.get("LARGE", 2 << 30))
ROUNDS = int(os.environ.get("ROUNDS", 3))
MEMORY = int(os.environ.get("MEMORY", 10_000_000_000))
WORK = pathlib.Path(os.environ.get("WORK", ROOT / "target" / "bench-work"))
SECRET = {"SCREENER_KEY_PASSPHRASE": "bench"}


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def keep(name, value):
    KEPT.mkdir(parents=True, exist_ok=True)
    with open(KEPT / f"{name}.jsonl", "a") as file:
        file.write(json.dumps(value) + "\n")
    say(name, value)


def kept(name):
    path = KEPT / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def environment():
    # Loopback speaks plain HTTP, and rclone refuses to begin with a bundle of certificates.
    env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and k != "AWS_CA_BUNDLE"}
    return env | SECRET


def screener(data, *words):
    return [str(BIN / "screener"), "--data-dir", str(data), "--key-store", "file", *words]


class Edge:
    """`screener serve` over a throw-away data folder: the S3 server that all upload to."""

    def __enter__(self):
        WORK.mkdir(parents=True, exist_ok=True)
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="edge.", dir=WORK))
        self.process = subprocess.Popen(screener(self.data, "serve", "--json"), env=environment(), stdout=subprocess.PIPE, text=True)
        json.loads(self.process.stdout.readline())
        self.s3 = json.loads((self.data / "edge" / "edge.json").read_text())["s3"]
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.data, ignore_errors=True)

    def empty(self):
        shutil.rmtree(self.data / "edge" / "s3" / self.s3["bucket"] / "videos", ignore_errors=True)
        os.sync()


def timed(command, env=None):
    begun = time.monotonic()
    done = subprocess.run(command, env=env or environment(), capture_output=True, text=True)
    took = time.monotonic() - begun
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-2000:]}")
    return took, done.stdout


def engine(s3, folder):
    words = [s3["endpoint"], s3["bucket"], s3["region"], s3["access_key"], s3["secret_key"], str(folder)]
    _, out = timed([str(BIN / "examples" / "upload"), *words])
    return json.loads(out)


def upload(tool, s3, folder):
    if tool == "engine":
        return engine(s3, folder)["seconds"]
    env = environment() | {
        "AWS_ACCESS_KEY_ID": s3["access_key"], "AWS_SECRET_ACCESS_KEY": s3["secret_key"], "AWS_DEFAULT_REGION": s3["region"],
        "RCLONE_CONFIG_HERE_TYPE": "s3", "RCLONE_CONFIG_HERE_PROVIDER": "Other", "RCLONE_CONFIG_HERE_ENDPOINT": s3["endpoint"],
        "RCLONE_CONFIG_HERE_ACCESS_KEY_ID": s3["access_key"], "RCLONE_CONFIG_HERE_SECRET_ACCESS_KEY": s3["secret_key"],
        "RCLONE_CONFIG_HERE_REGION": s3["region"],
    }
    below = f"{s3['bucket']}/videos/{tool}"
    if tool == "aws":
        return timed(["aws", "s3", "cp", "--recursive", "--only-show-errors", "--endpoint-url", s3["endpoint"], str(folder), f"s3://{below}"], env)[0]
    wide = ["--transfers", "16", "--s3-upload-concurrency", "16"] if tool == "rclone-16" else []
    return timed(["rclone", "copy", *wide, "--s3-no-check-bucket", str(folder), f"here:{below}"], env)[0]


TOOLS = ["engine", "rclone", "rclone-16", "aws"]


def files(name, count, size):
    folder = WORK / name / f"{count}x{size}"
    if not folder.exists():
        folder.mkdir(parents=True)
        with open("/dev/urandom", "rb") as source:
            for n in range(1, count + 1):
                with open(folder / f"{n:05}.m4s", "wb") as file:
                    left = size
                    while left:
                        left -= file.write(source.read(min(left, 8 << 20)))
        os.sync()
    return folder


def peers(name, folder, only):
    """One round after the other, every tool in each, so that the machine's moods meet all of them."""
    for number in only:
        with Edge() as edge:
            took = {}
            for tool in TOOLS[number % len(TOOLS):] + TOOLS[:number % len(TOOLS)]:
                edge.empty()
                took[tool] = round(upload(tool, edge.s3, folder), 2)
            keep(name, {"round": number, **took})


def many(only):
    peers("many", files("many", COUNT, SIZE), only)


def one(only):
    peers("one", files("one", 1, LARGE), only)


def memory(only):
    """The engine's peak memory over a short and a long upload, segments of 1 MB with a whole film's length of journal."""
    for number in only:
        for total in (100_000_000, MEMORY):
            folder = files("memory", 100, SIZE)
            with Edge() as edge:
                s3 = edge.s3
                words = [s3["endpoint"], s3["bucket"], s3["region"], s3["access_key"], s3["secret_key"], str(folder), str(total // SIZE)]
                _, out = timed([str(BIN / "examples" / "upload"), *words])
                keep("memory", {"round": number, "bytes": total, **json.loads(out)})


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def table():
    lines = [
        "# Publishing, measured",
        "",
        "Made by `benches/publish.sh`. Everything runs on one machine: the S3 server (`screener serve`, s3s-fs on disk) shares its cores with",
        "whoever uploads to it. Medians of the whole process; the tools take turns within a round.",
        "",
    ]
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "unknown")
    versions = []
    for command in (["rclone", "version"], ["aws", "--version"]):
        done = subprocess.run(command, capture_output=True, text=True)
        versions.append(done.stdout.splitlines()[0].split(" Python")[0])
    lines += [f"Machine: {os.cpu_count()} cores ({cpu}). Build profile: `{PROFILE}`. {', '.join(versions)}.", ""]
    rows = []
    for name, label in (("many", f"{COUNT:,} segments of {SIZE / 1e6:g} MB"), ("one", f"one file of {LARGE / 2**30:g} GiB")):
        found = kept(name)
        if found:
            took = {tool: median(found, tool) for tool in TOOLS}
            best = min(took[t] for t in TOOLS if t != "engine")
            rows.append(f"| {label} | {len(found)} | " + " | ".join(f"{took[t]:.2f} s" for t in TOOLS) + f" | {took['engine'] / best:.2f} |")
    if rows:
        lines += ["## Uploads of the same files to the same server", "",
                  "The engine's time includes its journal, the checksums that it compares, the playlists and the record. rclone is taken as it comes and",
                  "with sixteen transfers (and parts) at once; the best of the three peers counts.", "",
                  "| what | rounds | engine | rclone | rclone, 16 at once | AWS CLI | engine / best |",
                  "| --- | --- | --- | --- | --- | --- | --- |", *rows, ""]
    found = kept("memory")
    if found:
        sizes = sorted({row["bytes"] for row in found})
        peak = {size: statistics.median(r["peak_bytes"] for r in found if r["bytes"] == size) for size in sizes}
        lines += ["## Memory of the engine", "", "Peak resident memory of the process that uploads.", "",
                  "| uploaded | peak | against the smallest |", "| --- | --- | --- |"]
        lines += [f"| {size / 1e9:g} GB | {peak[size] / 1e6:.1f} MB | {peak[size] / peak[sizes[0]]:.2f} |" for size in sizes]
        lines.append("")
    (ROOT / "benches" / "publish.md").write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="+")
    parser.add_argument("--round", type=int, action="append")
    asked = parser.parse_args()
    rounds = asked.round or list(range(ROUNDS))
    for name in asked.names:
        table() if name == "table" else {"many": many, "one": one, "memory": memory}[name](rounds)
