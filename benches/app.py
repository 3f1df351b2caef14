"""The window's figures, piece by piece; the pieces are kept in target/bench-app.json until `table` writes benches/app.md.

    benches/app.sh [start|idle|busy|bundle|table]…
"""

import datetime
import fcntl
import gzip
import http.client
import json
import os
import pathlib
import random
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

ROOM = pathlib.Path(os.environ["ROOM"])
PROGRAM = pathlib.Path(os.environ.get("SCREENER_BENCH_APP", "target/release/screener-desktop")).absolute()
KEPT = pathlib.Path("target/bench-app.json")
STARTS = 10
JOBS = 500
RUNNING = 20
RUNGS = ["1080p", "720p", "480p", "360p", "audio", "captions-en"]


def keep(piece, figures):
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept[piece] = figures
    KEPT.write_text(json.dumps(kept, indent=1))
    print(piece, figures, flush=True)


def until(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(0.01)
    raise SystemExit(f"not within {seconds} s: {what}")


def usable(home, after=0):
    """Milliseconds since the epoch at which the pages said that they can be used."""

    log = home / "logs/window.log"
    found = re.findall(r"usable at (\d+) ms", log.read_text()) if log.exists() else []
    return int(found[-1]) if len(found) > after else None


class Window:
    def __init__(self, home):
        self.home = home
        before = len(re.findall("usable at", (home / "logs/window.log").read_text())) if (home / "logs/window.log").exists() else 0
        self.began = time.time() * 1000
        self.process = subprocess.Popen(
            [PROGRAM], env={**os.environ, "SCREENER_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.took = until("the drop zone can be used", lambda: usable(home, before)) - self.began

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start():
    """Process start to usable: a new data folder each time, then one data folder with 500 jobs."""

    figures = {}
    for name in ("empty", "long"):
        took = []
        for n in range(STARTS + 1):
            home = ROOM / (f"start-{name}" if name == "long" else f"start-{n}")
            if name == "long" and n == 0:
                fill(home)
            window = Window(home)
            # The first one brings everything into the system's cache.
            if n > 0:
                took.append(window.took)
            window.close()
        figures[name] = sorted(took)
    keep("start", figures)


def children(pid):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if parent == pid:
                found += [int(entry.name), *children(int(entry.name))]
    return found


def seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {name: int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1]) / 1024 for name in ("Rss", "Pss", "Private_Dirty")}


def idle():
    """CPU over a minute and memory, when nothing happens: of the program itself, and of WebKit's processes."""

    figures = {}
    for name in ("empty", "long"):
        home = ROOM / f"idle-{name}"
        if name == "long":
            fill(home)
        window = Window(home)
        time.sleep(15)  # The worker's self-test, and the first drawing, are over.
        own = window.process.pid
        others = [pid for pid in children(own) if "WebKit" in pathlib.Path(f"/proc/{pid}/comm").read_text()]
        before = [seconds(pid) for pid in (own, *others)]
        time.sleep(30)
        after = [seconds(pid) for pid in (own, *others)]
        shares = [(b - a) / 30 * 100 for a, b in zip(before, after)]
        figures[name] = {
            "cpu": shares[0],
            "webview_cpu": sum(shares[1:]),
            "memory": memory(own),
            "webview_pss": sum(memory(pid)["Pss"] for pid in others),
            "webview_processes": len(others),
        }
        window.close()
    keep("idle", figures)


def base32(rng, length):
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(length))


def progress(n, job, video, share, running):
    return {
        "job": job,
        "video": video,
        "title": f"Film {n}",
        "file": f"/films/film {n}.mp4",
        "destination": "local",
        "accepted": 1_760_000_000_000 + n,
        "replaces": False,
        "state": "running" if running else "live",
        "stage": "encode" if running else "live",
        "done": share,
        "speed": 1.5 + share,
        "upload_rate": 3e6 * (1 + share),
        "seconds_left": 300 * (1 - share),
        "duration": 600.0,
        "tracks": [
            {
                "name": rung,
                "kind": "captions" if rung.startswith("captions") else "audio" if rung.startswith("audio") else "video",
                "encoded": min(1.0, share * (1 + i / 10)),
                "stored": share,
                "copied": False,
                "bit_rate": None,
                "bytes": None,
            }
            for i, rung in enumerate(RUNGS)
        ],
        "playable": True,
        "error": None,
        "notes": ["1080p is re-encoded, not copied: its key frames are up to 10.4 s apart"],
    }


def fill(home, running=0):
    """A journal with many jobs, as if they had been published: made by Screener, filled here."""

    window = Window(home)
    window.close()
    rng = random.Random(7)
    journal = sqlite3.connect(home / "journal.sqlite")
    jobs = []
    for n in range(JOBS):
        job, video, runs = base32(rng, 16), base32(rng, 26), n < running
        jobs.append((job, video))
        journal.execute(
            "INSERT INTO jobs (job, video, title, file, fingerprint, destination, wishes, accepted, place, phase, visible, progress)"
            " VALUES (?, ?, ?, ?, '1/1', 'local', '{}', ?, ?, ?, ?, ?)",
            (
                job, video, f"Film {n}", f"/films/film {n}.mp4", 1_760_000_000_000 + n, n, "running" if runs else "live",
                "early" if runs else "final", json.dumps(progress(n, job, video, 0.1 if runs else 1.0, runs)),
            ),
        )  # fmt: skip
    journal.commit()
    journal.close()
    return jobs


class Driver:
    """As much of WebDriver as is needed: https://www.w3.org/TR/webdriver2/"""

    def __init__(self, home):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            ["WebKitWebDriver", "--host=127.0.0.1", f"--port={port}"],
            # By the last one Tauri lets its web view be driven.
            env={**os.environ, "SCREENER_HOME": str(home), "TAURI_WEBVIEW_AUTOMATION": "true"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            until("WebKitWebDriver answers", self.ready)
            wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": {"binary": str(PROGRAM), "args": []}}}}
            self.session = "/session/" + self.ask("POST", "/session", wanted)["sessionId"]
            self.ask("POST", f"{self.session}/timeouts", {"script": 120_000})
        except BaseException:
            self.close()
            raise

    def ready(self):
        try:
            self.ask("GET", "/status")
            return True
        except OSError:
            return False

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + path, None if body is None else json.dumps(body).encode(), {"content-type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=150) as answer:
            return json.load(answer)["value"]

    def run(self, script):
        return self.ask("POST", f"{self.session}/execute/async", {"script": script, "args": []})

    def close(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def shown(home):
    """The window with its jobs. The driver sometimes loses its first connection to WebKit's: then both are started anew."""

    for left in (2, 1, 0):
        try:
            driver = Driver(home)
            try:
                until("the jobs are shown", lambda: driver.run("arguments[0](document.querySelectorAll('[data-job]').length)") > 0)
            except BaseException:
                driver.close()
                raise
            return driver
        except http.client.RemoteDisconnected:
            if not left:
                raise


TRACE = """
const done = arguments[arguments.length - 1];
const main = document.getElementById('main');
const scroll = %s;
// WebKit has no long-task observer: a message to itself comes back as soon as the page's thread is free.
const gaps = []; let last = performance.now(), frames = 0, direction = 1, changes = 0;
const end = last + 30000;
const channel = new MessageChannel();
new MutationObserver((all) => { changes += all.length; }).observe(main, { subtree: true, childList: true, characterData: true, attributes: true });
channel.port1.onmessage = () => {
  const now = performance.now();
  gaps.push(now - last); last = now;
  if (now < end) setTimeout(() => channel.port2.postMessage(0), 4);
  else done({ rows: main.querySelectorAll('[data-job]').length, frames, changes, over50: gaps.filter((gap) => gap > 50).length, longest: Math.max(...gaps) });
};
const frame = () => { frames += 1; if (scroll) { main.scrollTop += 40 * direction; if (main.scrollTop <= 0 || main.scrollTop + main.clientHeight >= main.scrollHeight - 1) direction = -direction; } if (performance.now() < end) requestAnimationFrame(frame); };
requestAnimationFrame(frame);
channel.port2.postMessage(0);
"""


def busy():
    """20 of 500 jobs go on, ten times a second each; the list is looked at, then scrolled, for 30 s each."""

    home = ROOM / "busy"
    jobs = fill(home, RUNNING)
    stop = threading.Event()
    # Another process runs the jobs: this one holds the turn, and writes what an owner writes.
    turn = open(home / "owner.lock", "a")
    fcntl.flock(turn, fcntl.LOCK_EX)

    def own():
        journal = sqlite3.connect(home / "journal.sqlite", timeout=20)
        journal.execute("PRAGMA synchronous = OFF")
        share = 0.1
        while not stop.wait(0.1):
            share = min(0.95, share + 0.001)
            with journal:
                for n, (job, video) in enumerate(jobs[:RUNNING]):
                    text = json.dumps(progress(n, job, video, share + n / 1000, True))
                    journal.execute("UPDATE jobs SET progress = ? WHERE job = ?", (text, job))
        journal.close()

    owner = threading.Thread(target=own)
    owner.start()
    figures = {}
    try:
        driver = shown(home)
        try:
            own = next(pid for pid in children(driver.process.pid) if pathlib.Path(f"/proc/{pid}/exe").resolve() == PROGRAM)
            for name, scroll in (("still", "false"), ("scrolled", "true")):
                before = seconds(own)
                figures[name] = driver.run(TRACE % scroll)
                figures[name]["cpu"] = (seconds(own) - before) / 30 * 100
        finally:
            driver.close()
    finally:
        stop.set()
        owner.join()
        turn.close()
    keep("busy", figures)


def bundle():
    """Bytes of the pages' scripts and styles, gzip; hls.js and the typeface are told apart."""

    parts = {"pages": 0, "hls.js": 0, "fonts": 0}
    for file in pathlib.Path("ui/dist").rglob("*"):
        if not file.is_file() or file.name == ".built":
            continue
        kind = "hls.js" if file.name.startswith("hls") else "fonts" if file.suffix == ".woff2" else "pages"
        parts[kind] += len(gzip.compress(file.read_bytes(), 9))
    keep("bundle", parts)


def table():
    kept = json.loads(KEPT.read_text())
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    lines = [
        "# The window, measured",
        "",
        "Written by `benches/app.sh`: the release build, a virtual display (Xvfb, no graphics card), a session bus and a keychain of its own.",
        f"{cpu}, {os.cpu_count()} cores; {datetime.date.today()}.",
        "",
    ]
    if "start" in kept:
        lines += [
            "## Start",
            "",
            "From the process’s start until the pages say that the drop zone can be used; one start before brings all into the system’s cache.",
            "",
            "| data folder | median, ms | quickest | slowest | starts |",
            "| --- | --- | --- | --- | --- |",
        ]
        for name, words in (("empty", "new"), ("long", f"{JOBS} jobs")):
            took = kept["start"][name]
            lines.append(f"| {words} | {statistics.median(took):.0f} | {took[0]:.0f} | {took[-1]:.0f} | {len(took)} |")
        lines.append("")
    if "idle" in kept:
        lines += [
            "## At rest",
            "",
            "CPU over 30 s, in per cent of one core; memory in MB (1,048,576 bytes). WebKit’s processes are its own, and told apart.",
            "",
            "| list | CPU of the program | resident | proportional | private, written | CPU of WebKit | WebKit, proportional |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for name, words in (("empty", "empty"), ("long", f"{JOBS} jobs")):
            f = kept["idle"][name]
            m = f["memory"]
            lines.append(
                f"| {words} | {f['cpu']:.2f} % | {m['Rss']:.0f} | {m['Pss']:.0f} | {m['Private_Dirty']:.0f} | {f['webview_cpu']:.2f} % | {f['webview_pss']:.0f} |"
            )
        lines.append("")
    if "busy" in kept:
        lines += [
            f"## {RUNNING} of {JOBS} jobs go on",
            "",
            "Another process writes the progress of each ten times a second into the journal. For 30 s a message in the page asks again and again",
            "for its thread: how often it waited longer than 50 ms, and the longest wait (WebKit has no observer of long tasks).",
            "",
            "| list | rows drawn | changes of the page | waits over 50 ms | longest wait, ms | frames | CPU of the program |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for name in ("still", "scrolled"):
            f = kept["busy"][name]
            lines.append(f"| {name} | {f['rows']} | {f['changes']:,} | {f['over50']} | {f['longest']:.0f} | {f['frames']} | {f['cpu']:.1f} % |")
        lines.append("")
    if "bundle" in kept:
        b = kept["bundle"]
        lines += [
            "## Size of the pages",
            "",
            f"Scripts, styles and markup {b['pages'] / 1000:.1f} kB (gzip); beside them hls.js with its worker {b['hls.js'] / 1000:.1f} kB, the typeface {b['fonts'] / 1000:.1f} kB.",
            "",
        ]
    pathlib.Path("benches/app.md").write_text("\n".join(lines).rstrip() + "\n")


for piece in sys.argv[1:]:
    {"start": start, "idle": idle, "busy": busy, "bundle": bundle, "table": table}[piece]()
