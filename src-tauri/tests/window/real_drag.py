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
dragged = None
began = threading.Event()
entered = threading.Event()


def mouse(*words):
    subprocess.run(["xdotool", *map(str, words)], check=True)


window = Gtk.Window(title="Films", type=Gtk.WindowType.TOPLEVEL)
window.set_default_size(180, 120)
box = Gtk.EventBox()
box.add(Gtk.Label(label="\n".join(os.path.basename(path) for path in paths)))
window.add(box)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.add_events(Gdk.EventMask.ENTER_NOTIFY_MASK)
box.connect("enter-notify-event", lambda *_: entered.set())



def begun(_widget, context):
    global dragged
    dragged = context
    began.set()


box.connect("drag-begin", begun)
box.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(uris))


def ended(_widget, context):
    global taken
    taken = Gdk.drag_drop_succeeded(context)
    if not taken:
        print("the other side did not take the drop", file=sys.stderr)
    Gtk.main_quit()


box.connect("drag-end", ended)


def drag():
    # The pointer is over the window once the window says so: only then does a press begin a drag.
    end = time.monotonic() + 10
    while not entered.is_set() and time.monotonic() < end:
        _, left, top = window.get_window().get_origin()
        from_x, from_y = left + 90, top + 60
        mouse("mousemove", from_x + 3, from_y, "mousemove", from_x, from_y)
        entered.wait(0.2)
    mouse("mousedown", 1)
    # The first few pixels are what tells a drag from a click.
    for step in range(1, 6):
        mouse("mousemove", from_x - 5 * step, from_y)
    if not began.wait(10):
        print("the drag did not begin", file=sys.stderr)
        mouse("mouseup", 1)
        GLib.idle_add(Gtk.main_quit)
        return
    for step in range(1, 21):
        mouse("mousemove", from_x + (x - from_x) * step // 20, from_y + (y - from_y) * step // 20)
    # Let go once the target has said that it would take it, as a person waits for the pointer to change.
    end = time.monotonic() + 20
    nudge = 0
    while time.monotonic() < end:
        nudge = 1 - nudge
        mouse("mousemove", x + nudge, y)
        if dragged.get_selected_action() != 0 and (hover is None or os.path.exists(hover)):
            break
        time.sleep(0.05)
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
