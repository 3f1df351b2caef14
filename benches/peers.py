"""Screener's worker and ffmpeg's command line: same sizes, same rate control, same preset; what a run of each costs."""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import threading
import time

LADDER = [(1920, 1080), (1280, 720), (854, 480), (640, 360)]
# What every command asks of x264 and of the cutter.
X264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high", "-sc_threshold", "0", "-g", "100000"]
X264 += ["-force_key_frames", "expr:gte(t,n_forced*2)"]
AAC = ["-c:a", "aac", "-b:a", "128k", "-ac", "2"]
HLS = ["-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]


@dataclasses.dataclass
class Cost:
    """What a run took. `first`: when every track had its first segment whole on disk; `None` where that was not watched."""

    cpu: float
    wall: float
    peak: float
    first: float | None = None


def measured(command, cwd=None, feed=None, seen=None, environment=None):
    """Runs a command. `feed`: a line for its stdin; `seen`: called with each line of stdout, ends the run by answering True."""
    began = time.monotonic()
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
        stdout=subprocess.PIPE if seen else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
    )
    ended = False
    if feed:
        child.stdin.write(feed.encode() + b"\n")
        child.stdin.flush()
    if seen:
        for line in child.stdout:
            if seen(json.loads(line), time.monotonic() - began):
                ended = True
                child.kill()
                break
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if feed:
        child.stdin.close()
    if child.returncode != 0 and not ended:
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


class Screener:
    """The worker; `begin`: only up to the moment from which the stream can be played; `judged`: what it writes is read back."""

    def __init__(self, worker, name, begin=False, judged=False, **wishes):
        self.worker, self.name, self.begin, self.wishes = worker, name, begin, wishes
        self.environment = {} if judged else {"SCREENER_UNJUDGED": "1"}

    def run(self, source, out):
        tracks, begun, first = set(), set(), []

        def seen(event, at):
            if event["event"] == "tracks":
                tracks.update(track["name"] for track in event["tracks"] if track["kind"] != "captions")
            elif event["event"] == "segment" and event["number"] == 1:
                begun.add(event["track"])
                if tracks and tracks <= begun and not first:
                    first.append(at)
            elif event["event"] == "failed":
                raise SystemExit(f"{self.name}: {event}")
            return bool(self.begin and first)

        task = {"task": "transcode", "version": 1, "file": str(source), "out": str(out), "wishes": {"preset": "fast", **self.wishes}}
        task["playlists"] = {"told": {"generation": 1}}
        cost = measured([self.worker], feed=json.dumps(task), seen=seen, environment=self.environment)
        return dataclasses.replace(cost, first=first[0] if first else None)

    def rung(self, out, height):
        folder = out / f"{height}p"
        return [folder / "init.mp4", *sorted(folder.glob("*.m4s"))]


class Command:
    """One command of ffmpeg for the whole ladder; `shared`: one audio group, else sound in every rung."""

    def __init__(self, ffmpeg, name, rates, shared):
        self.ffmpeg, self.name, self.rates, self.shared = ffmpeg, name, rates, shared

    def command(self, source):
        split = "".join(f"[s{n}]" for n in range(4))
        scales = ";".join(f"[s{n}]scale={w}:{h}:flags=bicubic,format=yuv420p[v{n}]" for n, (w, h) in enumerate(LADDER))
        command = [self.ffmpeg, "-nostdin", "-y", "-i", str(source), "-filter_complex", f"[0:v]split=4{split};{scales}"]
        for n in range(4):
            command += ["-map", f"[v{n}]"]
        command += ["-map", "0:a:0"] * (1 if self.shared else 4) + X264
        for n, rate in enumerate(self.rates):
            command += [f"-maxrate:v:{n}", str(rate), f"-bufsize:v:{n}", str(rate)]
        command += AAC + HLS + ["-hls_flags", "independent_segments", "-master_pl_name", "index.m3u8"]
        if self.shared:
            streams = "a:0,agroup:sound " + " ".join(f"v:{n},agroup:sound" for n in range(4))
        else:
            streams = " ".join(f"v:{n},a:{n}" for n in range(4))
        command += ["-var_stream_map", streams, "-hls_fmp4_init_filename", "init_%v.mp4"]
        return command + ["-hls_segment_filename", "v%v_%05d.m4s", "v%v.m3u8"]

    def run(self, source, out):
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
        return dataclasses.replace(cost, first=playable[0] if playable else cost.wall)

    def rung(self, out, height):
        number = [h for _, h in LADDER].index(height) + (1 if self.shared else 0)
        return [out / f"init_{number}.mp4", *sorted(out.glob(f"v{number}_*.m4s"))]


class Sequence:
    """Four commands, one rung each, one after the other."""

    def __init__(self, ffmpeg, name, rates):
        self.ffmpeg, self.name, self.rates = ffmpeg, name, rates

    def run(self, source, out):
        total = Cost(0, 0, 0)
        for (w, h), rate in zip(LADDER, self.rates):
            folder = out / f"{h}p"
            folder.mkdir(parents=True)
            command = [self.ffmpeg, "-nostdin", "-y", "-i", str(source), "-vf", f"scale={w}:{h}:flags=bicubic,format=yuv420p"]
            command += ["-map", "0:v:0", "-map", "0:a:0", *X264, "-maxrate", str(rate), "-bufsize", str(rate), *AAC, *HLS, "index.m3u8"]
            cost = measured(command, cwd=folder)
            total = Cost(total.cpu + cost.cpu, total.wall + cost.wall, max(total.peak, cost.peak))
        return total

    def rung(self, out, height):
        folder = out / f"{height}p"
        return [folder / "init.mp4", *sorted(folder.glob("index*.m4s"))]


def planned_rates(worker, source):
    """The caps that the plan gives to the rungs: the peers get the same."""
    rates = []

    def seen(event, _):
        if event["event"] == "planned":
            rates.extend(rung["max_rate"] for rung in event["plan"]["rungs"])

    measured([worker], feed=json.dumps({"task": "plan", "version": 1, "file": str(source), "wishes": {"copy": False}}), seen=seen)
    return rates


def fresh(out: pathlib.Path):
    """A folder's place without the folder."""
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    return out
