"""Drags files from a window of its own to a place on the screen, as a hand does with a mouse: a real XDND drag.

    /usr/bin/python3 real_drag.py X Y [--hover FILE] PATH…

Exits with 0 when the other side took the drop. With --hover the button is only released once that file exists.
"""

import os
import subprocess
import sys
import threading
import time

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gio, GLib, Gtk  # noqa: E402

arguments = sys.argv[1:]
x, y = int(arguments[0]), int(arguments[1])
hover = None
paths = arguments[2:]
if paths[0] == "--hover":
    hover, paths = paths[1], paths[2:]
uris = [Gio.File.new_for_path(os.path.abspath(path)).get_uri() for path in paths]
taken = False
began = threading.Event()


def mouse(*words):
    subprocess.run(["xdotool", *map(str, words)], check=True)


window = Gtk.Window(title="Films", type=Gtk.WindowType.TOPLEVEL)
window.set_default_size(180, 120)
box = Gtk.EventBox()
box.add(Gtk.Label(label="\n".join(os.path.basename(path) for path in paths)))
window.add(box)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect("drag-begin", lambda *_: began.set())
box.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(uris))


def ended(_widget, context):
    global taken
    taken = context.drag_drop_succeeded()
    Gtk.main_quit()


box.connect("drag-end", ended)


def drag():
    _, left, top = window.get_window().get_origin()
    from_x, from_y = left + 90, top + 60
    mouse("mousemove", from_x, from_y)
    mouse("mousedown", 1)
    # The first few pixels are what tells a drag from a click.
    for step in range(1, 6):
        mouse("mousemove", from_x - 5 * step, from_y)
    if not began.wait(10):
        GLib.idle_add(Gtk.main_quit)
        return
    for step in range(1, 21):
        mouse("mousemove", from_x + (x - from_x) * step // 20, from_y + (y - from_y) * step // 20)
    # The target has to see the pointer rest on it.
    mouse("mousemove", x + 1, y, "mousemove", x, y)
    end = time.monotonic() + 30
    while hover and not os.path.exists(hover) and time.monotonic() < end:
        mouse("mousemove", x + 1, y, "mousemove", x, y)
    mouse("mouseup", 1)


def shown(_window, _event):
    threading.Thread(target=drag, daemon=True).start()
    return False


window.connect("map-event", shown)
window.show_all()
window.move(1380, 700)
GLib.timeout_add_seconds(60, Gtk.main_quit)
Gtk.main()
sys.exit(0 if taken else 1)
