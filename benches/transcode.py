"""What the encoder costs beside ffmpeg's command line, written as a table.

Each run is kept in a file as soon as it is over, so that a bench can be made in pieces: what is there is not run again, unless
the worker has changed since.
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import statistics
import subprocess
import time

import peers
from peers import LADDER, Command, Screener, Sequence

PLAIN, FULL, COPIED = "Screener, no extras", "Screener, everything on", "Screener, top rung copied"
# As films are published: every segment is read back, and compared with what it was to hold.
JUDGED, COPIED_JUDGED = "Screener, no extras, judged", "Screener, top rung copied, judged"
SYSTEM, NEWER, FOUR = "ffmpeg (system), one command", "ffmpeg (newer), one command, one audio group", "ffmpeg (system), four commands"
BEGIN = "Screener, up to the first playable moment"
# Source → what runs on it; the runs of a turn follow each other.
PLAN = {
    "film": [PLAIN, JUDGED, FULL, SYSTEM, NEWER],
    "generated": [PLAIN, FULL, SYSTEM, NEWER],
    "screen": [PLAIN, FULL, SYSTEM, NEWER],
    "fitting": [COPIED, COPIED_JUDGED, SYSTEM, NEWER],
    "minute": [BEGIN],
    "ten-minutes": [BEGIN],
    # Memory, and not time: one run is enough.
    "minute, whole": [PLAIN, SYSTEM],
    "ten-minutes, whole": [PLAIN, SYSTEM],
}
# Far behind, so beside the first turn alone.
ONCE = {"film": FOUR, "generated": FOUR, "screen": FOUR}
TITLES = {
    "film": "Film: Big Buck Bunny, 30 s of 1080p24, 6 Mbit/s",
    "generated": "Generated: a flight into the Mandelbrot set, {} s of 1080p30",
    "screen": "Screen-like: small changes on a white page, {} s of 1080p30",
    "fitting": "Film, fit to be copied: key pictures every 2 s, 4.5 Mbit/s",
}


def make(path, arguments):
    if not path.exists():
        part = path.with_suffix(".part.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments, str(part)], check=True)
        part.rename(path)
    return path


def repeated(path, source, times):
    """The same packets over and over."""
    names = path.with_suffix(".txt")
    names.write_text(f"file '{source}'\n" * times)
    return make(path, ["-f", "concat", "-safe", "0", "-i", str(names), "-c", "copy"])


def source(name, options):
    work = options.work / "sources"
    work.mkdir(parents=True, exist_ok=True)
    name = name.split(",")[0]
    film = make(work / "film.mp4", ["-i", str(options.film), "-map", "0:v:0", "-map", "0:a:0", "-c", "copy"])
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    long = options.seconds
    if name == "generated":
        camera = ["-f", "lavfi", "-i", f"mandelbrot=s=1920x1080:r=30:end_scale=0.05,trim=duration={long}"]
        sound = ["-f", "lavfi", "-i", f"anoisesrc=a=0.1:d={long}"]
        return make(work / f"generated-{long}.mp4", [*camera, *sound, "-t", str(long), *coded])
    if name == "screen":
        screen = ["-f", "lavfi", "-i", f"color=white:s=1920x1080:r=30:d={long}", "-f", "lavfi", "-i", f"testsrc=s=480x270:r=30:d={long}"]
        screen += ["-f", "lavfi", "-i", f"sine=d={long}", "-filter_complex"]
        screen += ["[0:v][1:v]overlay=x='100+20*floor(t/2)':y='100+15*floor(t/3)'[v]", "-map", "[v]", "-map", "2:a"]
        return make(work / f"screen-{long}.mp4", [*screen, *coded])
    if name == "fitting":
        rate = ["-b:v", "4500k", "-maxrate", "6000k", "-bufsize", "6000k", "-g", "48", "-keyint_min", "48", "-sc_threshold", "0"]
        video = ["-c:v", "libx264", "-preset", "veryfast", *rate, "-pix_fmt", "yuv420p"]
        return make(work / "fitting.mp4", ["-i", str(film), *video, "-c:a", "aac", "-ac", "2"])
    if name == "minute":
        return repeated(work / "minute.mp4", film, 2)
    if name == "ten-minutes":
        return repeated(work / "ten-minutes.mp4", film, 20)
    return film


def rivals(options, path):
    rates = peers.planned_rates(options.worker, path)
    return {
        PLAIN: Screener(options.worker, PLAIN, extras=False, copy=False),
        FULL: Screener(options.worker, FULL, extras=True, copy=False),
        COPIED: Screener(options.worker, COPIED, extras=False, copy=True),
        JUDGED: Screener(options.worker, JUDGED, judged=True, extras=False, copy=False),
        COPIED_JUDGED: Screener(options.worker, COPIED_JUDGED, judged=True, extras=False, copy=True),
        BEGIN: Screener(options.worker, BEGIN, begin=True, extras=False, copy=False),
        SYSTEM: Command("ffmpeg", SYSTEM, rates, False),
        NEWER: Command(options.newer, NEWER, rates, True),
        FOUR: Sequence("ffmpeg", FOUR, rates),
    }


class Results:
    """Runs that are over, by (source, peer, turn), and VMAF by (source, peer, height)."""

    def __init__(self, path, worker):
        self.path, self.worker, self.runs, self.scores = path, worker, {}, {}
        for line in path.read_text().splitlines() if path.exists() else []:
            self.take(json.loads(line))

    def take(self, row):
        if row["worker"] != self.worker:
            return
        if "score" in row:
            self.scores[row["source"], row["peer"], row["height"]] = row
        else:
            self.runs[row["source"], row["peer"], row["turn"]] = row

    def add(self, **row):
        row = {"worker": self.worker, **row}
        with self.path.open("a") as to:
            to.write(json.dumps(row) + "\n")
        self.take(row)

    def turns(self, source, peer):
        return [row for (s, p, _), row in sorted(self.runs.items()) if (s, p) == (source, peer)]


def out(options, name, peer):
    return options.work / "out" / name / re.sub(r"\W+", "-", peer)


def run(options, results):
    """All runs that are missing, as far as time goes; false where some are left."""
    stop = time.monotonic() + options.minutes * 60 if options.minutes else None
    for name, who in PLAN.items():
        if options.only and name not in options.only:
            continue
        path, made = source(name, options), None
        for turn in range(1 if "whole" in name else options.runs):
            once = [ONCE[name]] if turn == 0 and name in ONCE else []
            for peer in who[turn % len(who):] + who[:turn % len(who)] + once:
                if (name, peer, turn) in results.runs:
                    continue
                expected = max((row["wall"] for row in results.turns(name, peer)), default=45)
                if stop and time.monotonic() + expected * 1.1 > stop:
                    return False
                made = made or rivals(options, path)
                # Every run begins with nothing left to be written by the one before.
                os.sync()
                load = os.getloadavg()[0]
                cost = made[peer].run(path, peers.fresh(out(options, name, peer)))
                results.add(source=name, peer=peer, turn=turn, load=load, **vars(cost))
                print(f"{name}: {peer}: {cost}", flush=True)
    return True


def quality(options, results):
    """VMAF and bytes of every rung whose files are there. Every seventh frame: every fifth would meet each key picture, one frame
    in sixty, once in twelve."""
    for name in ["film", "generated", "screen"]:
        if options.only and name not in options.only:
            continue
        path = source(name, options)
        made = rivals(options, path)
        for peer in [PLAIN, SYSTEM, NEWER]:
            for _, height in LADDER:
                pieces = made[peer].rung(out(options, name, peer), height)
                if (name, peer, height) in results.scores or len(pieces) < 2 or not results.turns(name, peer):
                    continue
                score, size = judged(options, path, pieces)
                results.add(source=name, peer=peer, height=height, score=score, bytes=size)
                print(f"{name}: {peer}: {height}p: {score:.2f}, {size:,} bytes", flush=True)


def judged(options, path, pieces):
    """(VMAF at the source's size, bytes of coded pictures) of a rung."""
    whole = options.work / "rung.mp4"
    with whole.open("wb") as to:
        for piece in pieces:
            to.write(piece.read_bytes())
    graph = "[0:v]scale=1920:1080:flags=bicubic,setpts=PTS-STARTPTS[a];[1:v]setpts=PTS-STARTPTS[b];[a][b]libvmaf=n_threads=2:n_subsample=7"
    command = [options.newer, "-nostdin", "-i", str(whole), "-i", str(path), "-an", "-lavfi", graph, "-f", "null", "-"]
    score = re.search(r"VMAF score: ([0-9.]+)", subprocess.run(command, capture_output=True, text=True).stderr)
    sizes = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=size", "-of", "csv=p=0", str(whole)]
    size = sum(int(line.strip(",")) for line in subprocess.run(sizes, capture_output=True, text=True).stdout.split())
    return float(score.group(1)), size


def middle(rows, column):
    values = [row[column] for row in rows if row[column] is not None]
    return statistics.median(values) if values else None


def ratio(rows, base, column):
    """The median of the ratios of each turn: what drifts from turn to turn falls out."""
    against = {row["turn"]: row[column] for row in base}
    return statistics.median(row[column] / against[row["turn"]] for row in rows if row["turn"] in against)


def judge(results, name):
    """What reading back costs, turn by turn."""
    for plain, judged in [(PLAIN, JUDGED), (COPIED, COPIED_JUDGED)]:
        rows, base = results.turns(name, judged), results.turns(name, plain)
        if rows and base:
            later = statistics.median(row["first"] - other["first"] for row, other in zip(rows, base))
            words = f"The judge: {100 * (ratio(rows, base, 'cpu') - 1):+.1f} % of CPU, {100 * (ratio(rows, base, 'wall') - 1):+.1f} % of time"
            return [f"{words}, the first playable moment {later:+.2f} s.", ""]
    return []


def per_picture(options, results, name):
    """What a picture costs. x264 is most of it in all of them, so that the rest saves a small share."""
    pictures = {"film": 720, "generated": 30 * options.seconds, "screen": 30 * options.seconds}.get(name)
    if not pictures or not results.turns(name, PLAIN):
        return []
    ours, theirs = (middle(results.turns(name, peer), "cpu") * 1000 / pictures for peer in [PLAIN, SYSTEM])
    return [f"A picture costs {ours:.1f} ms of CPU, {theirs - ours:.1f} ms less than the system's; x264 is most of it in both.", ""]


def costs(options, results, name):
    whole = [peer for peer in [*PLAN[name], FOUR] if results.turns(name, peer)]
    if not {SYSTEM, NEWER} <= set(whole):
        return []
    lines = [f"## {TITLES[name].format(options.seconds)}", ""]
    lines += ["| | runs | CPU s | wall s | peak MiB | first playable s | CPU / system's | wall / system's | CPU / newer | wall / newer |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    base, newer = results.turns(name, SYSTEM), results.turns(name, NEWER)
    for peer in whole:
        rows = results.turns(name, peer)
        first = middle(rows, "first")
        cells = [peer, str(len(rows)), f"{middle(rows, 'cpu'):.1f}", f"{middle(rows, 'wall'):.1f}", f"{middle(rows, 'peak'):.0f}", f"{first:.2f}" if first else ""]
        cells += [f"{ratio(rows, against, column):.3f}" for against in [base, newer] for column in ["cpu", "wall"]]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *per_picture(options, results, name), *judge(results, name)]
    if not any((name, PLAIN, height) in results.scores for _, height in LADDER):
        return lines
    lines += ["| VMAF (bytes of pictures) | 1080p | 720p | 480p | 360p |", "| --- | --- | --- | --- | --- |"]

    def scores(peer):
        return [results.scores.get((name, peer, height)) for _, height in LADDER]

    for peer in [PLAIN, SYSTEM, NEWER]:
        if all(scores(peer)):
            cells = " | ".join("{score:.2f} ({bytes:,})".format(**row) for row in scores(peer))
            lines.append(f"| {peer} | {cells} |")
    for peer, words in [(SYSTEM, "system's"), (NEWER, "newer")]:
        if all(scores(peer)) and all(scores(PLAIN)):
            pairs = [(a["score"] - b["score"], a["bytes"] / b["bytes"]) for a, b in zip(scores(PLAIN), scores(peer))]
            cells = " | ".join(f"{score:+.2f} (× {size:.3f})" for score, size in pairs)
            lines.append(f"| Screener against the {words} | {cells} |")
    return [*lines, ""]


def lengths(results):
    """A long film beside a short one."""
    begin, whole = [[results.turns(name + tail, BEGIN if not tail else PLAIN) for name in ["minute", "ten-minutes"]] for tail in ["", ", whole"]]
    if not all(begin) and not all(whole):
        return []
    lines = ["## Ten minutes beside one (the film, repeated)", "", "| | 1 min | 10 min | ratio |", "| --- | --- | --- | --- |"]

    def row(words, short, long, form):
        lines.append(f"| {words} | {form.format(short)} | {form.format(long)} | {long / short:.3f} |")

    if all(begin):
        short, long = (middle(rows, "first") for rows in begin)
        row(f"Screener, first playable, s (median of {min(map(len, begin))})", short, long, "{:.2f}")
    if all(whole):
        row("Screener, peak MiB (one run)", *(middle(rows, "peak") for rows in whole), "{:.0f}")
        theirs = [results.turns(name + ", whole", SYSTEM) for name in ["minute", "ten-minutes"]]
        if all(theirs):
            row("ffmpeg (system), one command, peak MiB (one run)", *(middle(rows, "peak") for rows in theirs), "{:.0f}")
    return [*lines, ""]


def version(ffmpeg):
    return subprocess.run([ffmpeg, "-version"], capture_output=True, text=True).stdout.split("\n")[0].split(" Copyright")[0]


def table(options, results):
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    timed = [row["cpu"] / row["wall"] for (name, _, _), row in results.runs.items() if name in TITLES]
    lines = [
        "# The encoder, measured",
        "",
        "Written by `benches/transcode.sh`. x264 veryfast, CRF 23 (ours 23.1, below the first rung 23.2) with the same caps everywhere,",
        "key frames every 2 s, segments of 6 s, 1080/720/480/360, AAC 128 kbit/s. Ours, below the first rung, does not divide macroblocks",
        "of B pictures; the lower two search motion in a diamond. The runs of a turn follow each other, in another order each time; ratios",
        "are the median of the turns' ratios. “First playable”: every rung and the sound have their first segment whole on disk. VMAF (every",
        "seventh frame) at 1920x1080 with the newer ffmpeg's meter.",
        "",
        f"- {processor.group(1) if processor else 'unknown processor'}, {os.cpu_count()} cores",
        f"- system's: {version('ffmpeg')}; newer: {version(options.newer)}",
        f"- {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}",
        "",
    ]
    # Every one of these fills the machine when it has it to itself.
    busy = sum(cores < 0.8 * os.cpu_count() for cores in timed)
    if busy:
        lines[-1:] = [f"- {busy} of the {len(timed)} runs had less than four fifths of the machine: other work ran beside them", ""]
    for name in TITLES:
        lines += costs(options, results, name)
    lines += lengths(results)
    options.out.write_text("\n".join(lines).rstrip() + "\n")


def main():
    arguments = argparse.ArgumentParser()
    for name in ["worker", "newer", "work", "film", "out"]:
        arguments.add_argument(f"--{name}", required=True, type=lambda text: pathlib.Path(text).absolute())
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--minutes", type=float, default=0)
    arguments.add_argument("--only", type=lambda text: [name.strip() for name in text.split(";") if name.strip()], default=[])
    arguments.add_argument("--part", choices=["all", "sources", "runs", "quality", "table"], default="all")
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(options.worker.read_bytes()).hexdigest()[:16]
    options.worker, options.newer = str(options.worker), str(options.newer)
    results = Results(options.work / "results.jsonl", digest)
    if options.part == "sources":
        for name in PLAN:
            source(name, options)
    if options.part in ("all", "runs") and not run(options, results):
        print("time is up: call again to go on", flush=True)
        return
    if options.part in ("all", "quality"):
        quality(options, results)
    if options.part in ("all", "table"):
        table(options, results)


main()
