"""Screener's worker against ffmpeg's command line: same sizes, same rate control, same preset, runs in turns."""

import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import threading
import time

LADDER = [(1920, 1080), (1280, 720), (854, 480), (640, 360)]


def measured(command, **options):
    """Runs a command: (CPU s, wall s, peak MiB). `feed`: a line for its stdin; `seen`: called with each line of stdout."""
    feed, seen = options.get("feed"), options.get("seen")
    began = time.monotonic()
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
        stdout=subprocess.PIPE if seen else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if not options.get("loud") else None,
        cwd=options.get("cwd"),
    )
    if feed:
        child.stdin.write(feed.encode() + b"\n")
        child.stdin.flush()
    if seen:
        for line in child.stdout:
            seen(line, time.monotonic() - began)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    if feed:
        child.stdin.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


class Screener:
    def __init__(self, worker, name, **wishes):
        self.worker, self.name, self.wishes = worker, name, wishes

    def run(self, source, out):
        shutil.rmtree(out, ignore_errors=True)
        tracks, first, done = set(), {}, []

        def seen(line, at):
            event = json.loads(line)
            if event["event"] == "tracks":
                tracks.update(track["name"] for track in event["tracks"] if track["kind"] != "captions")
            elif event["event"] == "segment" and event["number"] == 1:
                first.setdefault(event["track"], at)
                if tracks and tracks <= set(first) and not done:
                    done.append(at)
            elif event["event"] == "failed":
                raise SystemExit(f"{self.name}: {event}")

        task = {"task": "transcode", "version": 1, "file": str(source), "out": str(out), "wishes": {"preset": "fast", **self.wishes}}
        task["playlists"] = {"told": {"generation": 1}}
        cost = measured([self.worker], feed=json.dumps(task), seen=seen)
        return (*cost, done[0] if done else None)

    def rung(self, out, height):
        folder = out / f"{height}p"
        return [folder / "init.mp4", *sorted(folder.glob("*.m4s"))]


class Cli:
    """One command of ffmpeg for the whole ladder; `shared`: one audio group, else sound in every rung."""

    def __init__(self, ffmpeg, name, rates, shared):
        self.ffmpeg, self.name, self.rates, self.shared = ffmpeg, name, rates, shared

    def command(self, source):
        split = "".join(f"[s{n}]" for n in range(4))
        scales = ";".join(f"[s{n}]scale={w}:{h}:flags=bicubic,format=yuv420p[v{n}]" for n, (w, h) in enumerate(LADDER))
        command = [self.ffmpeg, "-nostdin", "-y", "-i", str(source), "-filter_complex", f"[0:v]split=4{split};{scales}"]
        for n in range(4):
            command += ["-map", f"[v{n}]"]
        audio = 1 if self.shared else 4
        command += ["-map", "0:a:0"] * audio + ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high"]
        for n, rate in enumerate(self.rates):
            command += [f"-maxrate:v:{n}", str(rate), f"-bufsize:v:{n}", str(rate)]
        command += ["-sc_threshold", "0", "-force_key_frames", "expr:gte(t,n_forced*2)", "-g", "100000"]
        command += ["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod"]
        command += ["-hls_segment_type", "fmp4", "-hls_flags", "independent_segments", "-master_pl_name", "index.m3u8"]
        if self.shared:
            streams = "a:0,agroup:sound " + " ".join(f"v:{n},agroup:sound" for n in range(4))
        else:
            streams = " ".join(f"v:{n},a:{n}" for n in range(4))
        command += ["-var_stream_map", streams, "-hls_fmp4_init_filename", "init_%v.mp4"]
        return command + ["-hls_segment_filename", "v%v_%05d.m4s", "v%v.m3u8"]

    def run(self, source, out):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        count = 5 if self.shared else 4
        began, playable, stop = time.monotonic(), [], threading.Event()

        def watch():
            # A segment is whole when the next one is begun.
            while not stop.wait(0.02):
                if all((out / f"v{n}_00001.m4s").exists() for n in range(count)):
                    playable.append(time.monotonic() - began)
                    return

        watcher = threading.Thread(target=watch)
        watcher.start()
        cost = measured(self.command(source), cwd=out)
        stop.set()
        watcher.join()
        return (*cost, playable[0] if playable else cost[1])

    def rung(self, out, height):
        number = [h for _, h in LADDER].index(height) + (1 if self.shared else 0)
        return [out / f"init_{number}.mp4", *sorted(out.glob(f"v{number}_*.m4s"))]


class Sequence:
    """Four commands, one rung each, one after the other."""

    def __init__(self, ffmpeg, name, rates):
        self.ffmpeg, self.name, self.rates = ffmpeg, name, rates

    def run(self, source, out):
        shutil.rmtree(out, ignore_errors=True)
        cpu = wall = peak = 0
        for (w, h), rate in zip(LADDER, self.rates):
            folder = out / f"{h}p"
            folder.mkdir(parents=True)
            cost = measured(
                [self.ffmpeg, "-nostdin", "-y", "-i", str(source), "-vf", f"scale={w}:{h}:flags=bicubic,format=yuv420p"]
                + ["-map", "0:v:0", "-map", "0:a:0", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high"]
                + ["-maxrate", str(rate), "-bufsize", str(rate), "-sc_threshold", "0", "-g", "100000"]
                + ["-force_key_frames", "expr:gte(t,n_forced*2)", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-f", "hls"]
                + ["-hls_time", "6", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4", "index.m3u8"],
                cwd=folder,
            )
            cpu, wall, peak = cpu + cost[0], wall + cost[1], max(peak, cost[2])
        return cpu, wall, peak, None

    def rung(self, out, height):
        folder = out / f"{height}p"
        return [folder / "init.mp4", *sorted(folder.glob("index*.m4s"))]


def quality(newer, source, pieces, work):
    """(VMAF, bytes) of a rung, scaled to the source's size."""
    whole = work / "rung.mp4"
    with whole.open("wb") as to:
        for piece in pieces:
            to.write(piece.read_bytes())
    graph = "[0:v]scale=1920:1080:flags=bicubic,setpts=PTS-STARTPTS[a];[1:v]setpts=PTS-STARTPTS[b];[a][b]libvmaf=n_threads=2:n_subsample=5"
    found = subprocess.run(
        [newer, "-nostdin", "-i", str(whole), "-i", str(source), "-an", "-lavfi", graph, "-f", "null", "-"], capture_output=True, text=True
    )
    score = re.search(r"VMAF score: ([0-9.]+)", found.stderr)
    return (float(score.group(1)) if score else None), sum(piece.stat().st_size for piece in pieces[1:])


def version(ffmpeg):
    return subprocess.run([ffmpeg, "-version"], capture_output=True, text=True).stdout.split("\n")[0].split(" Copyright")[0]


def make(ffmpeg, path, arguments):
    if not path.exists():
        part = path.with_suffix(".part.mp4")
        subprocess.run([ffmpeg, "-v", "error", "-nostdin", "-y", *arguments, str(part)], check=True)
        part.rename(path)
    return path


def sources(options):
    """Name → (what makes the file, whether its top rung can be copied)."""
    work, cut = options.work, (["-t", str(options.seconds)] if options.seconds else [])
    stem = f"{options.seconds or 'all'}"
    film = make("ffmpeg", work / f"film-{stem}.mp4", ["-i", str(options.film), *cut, "-map", "0:v:0", "-map", "0:a:0", "-c", "copy"])
    minute = str(options.seconds or 60)
    camera = ["-f", "lavfi", "-i", f"mandelbrot=s=1920x1080:r=30:end_scale=0.05,trim=duration={minute}"]
    camera += ["-f", "lavfi", "-i", f"anoisesrc=a=0.1:d={minute}", "-t", minute]
    generated = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    screen = ["-f", "lavfi", "-i", f"color=white:s=1920x1080:r=30:d={minute}"]
    screen += ["-f", "lavfi", "-i", f"testsrc=s=480x270:r=30:d={minute}", "-f", "lavfi", "-i", f"sine=d={minute}"]
    screen += ["-filter_complex", "[0:v][1:v]overlay=x='100+20*floor(t/2)':y='100+15*floor(t/3)'[v]", "-map", "[v]", "-map", "2:a"]
    fitting = ["-i", str(film), "-c:v", "libx264", "-preset", "veryfast", "-b:v", "4500k", "-maxrate", "6000k", "-bufsize", "6000k"]
    fitting += ["-g", "48", "-keyint_min", "48", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    return {
        "film (Big Buck Bunny, 1080p24)": (lambda: film, False),
        "generated 1080p30": (lambda: make("ffmpeg", work / f"generated-{stem}.mp4", [*camera, *generated]), False),
        "screen-like 1080p30": (lambda: make("ffmpeg", work / f"screen-{stem}.mp4", [*screen, *generated]), False),
        "film, fit to be copied": (lambda: make("ffmpeg", work / f"fitting-{stem}.mp4", fitting), True),
    }


def planned_rates(worker, source):
    """The caps that the plan gives to the rungs: the peers get the same."""
    rates = []

    def seen(line, _):
        event = json.loads(line)
        if event["event"] == "planned":
            rates.extend(rung["max_rate"] for rung in event["plan"]["rungs"])

    measured([worker], feed=json.dumps({"task": "plan", "version": 1, "file": str(source), "wishes": {"copy": False}}), seen=seen)
    return rates


def middle(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def shown(value, form):
    return "" if value is None else form.format(value)


def table(options, name, source, fits, lines):
    rates = planned_rates(options.worker, source)
    peers = [
        Screener(options.worker, "Screener, no extras", extras=False, copy=False),
        Screener(options.worker, "Screener, everything on", extras=True, copy=False),
        Cli("ffmpeg", "ffmpeg (system), one command", rates, False),
        Cli(options.newer, "ffmpeg (newer), one command, one audio group", rates, True),
        Sequence("ffmpeg", "ffmpeg (system), four commands", rates),
    ]
    if fits:
        peers = [Screener(options.worker, "Screener, top rung copied", extras=False, copy=True), peers[2], peers[3]]
    runs = {peer.name: [] for peer in peers}
    for turn in range(options.runs):
        order = peers[turn % len(peers):] + peers[:turn % len(peers)]
        for peer in order:
            runs[peer.name].append(peer.run(source, options.work / "out" / str(peers.index(peer))))
            print(f"{name}: {peer.name}: {runs[peer.name][-1]}", flush=True)
    base = [middle(column) for column in zip(*runs[peers[2 if not fits else 1].name])]
    newer = [middle(column) for column in zip(*runs[peers[3 if not fits else 2].name])]
    lines += [f"## {name}", "", "| | CPU s | wall s | peak MiB | first playable s | CPU / system's | wall / system's | CPU / newer | wall / newer |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for peer in peers:
        cpu, wall, peak, first = (middle(column) for column in zip(*runs[peer.name]))
        lines.append(
            f"| {peer.name} | {cpu:.1f} | {wall:.1f} | {peak:.0f} | {shown(first, '{:.2f}')} | {cpu / base[0]:.3f} | {wall / base[1]:.3f} "
            f"| {cpu / newer[0]:.3f} | {wall / newer[1]:.3f} |"
        )
    lines.append("")
    if fits:
        return
    lines += ["| VMAF (bytes) | 1080p | 720p | 480p | 360p |", "| --- | --- | --- | --- | --- |"]
    for peer in [peers[0], peers[2], peers[3]]:
        cells = []
        for _, height in LADDER:
            score, size = quality(options.newer, source, peer.rung(options.work / "out" / str(peers.index(peer)), height), options.work)
            cells.append(f"{shown(score, '{:.2f}')} ({size:,})")
        lines.append(f"| {peer.name} | {' | '.join(cells)} |")
    lines.append("")


def main():
    arguments = argparse.ArgumentParser()
    for name in ["worker", "newer", "work", "film", "out"]:
        arguments.add_argument(f"--{name}", required=True, type=lambda text: pathlib.Path(text).absolute())
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=0)
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    options.worker, options.newer = str(options.worker), str(options.newer)
    options.work.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    lines = [
        "# The encoder, measured",
        "",
        "Written by `benches/encode.sh`. x264 veryfast, CRF 23 with the same caps everywhere, key frames every 2 s, segments of 6 s,",
        f"1080/720/480/360, AAC 128 kbit/s. Medians of {options.runs} runs in turns. “First playable”: every rung and the sound have their",
        "first segment whole on disk. VMAF (every fifth frame) at 1920x1080 with the newer ffmpeg's meter.",
        "",
        f"- {processor.group(1) if processor else 'unknown processor'}, {os.cpu_count()} cores, load {load:.1f} before the runs"
        + (": other work ran beside them, so wall times are upper bounds and CPU is the figure to read" if load > 0.7 else ""),
        f"- system's: {version('ffmpeg')}; newer: {version(options.newer)}",
        f"- {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}" + (f"; {options.seconds} s of each source" if options.seconds else ""),
        "",
    ]
    for name, (source, fits) in sources(options).items():
        if options.only in name:
            table(options, name, source(), fits, lines)
            options.out.write_text("\n".join(lines).rstrip() + "\n")


main()
