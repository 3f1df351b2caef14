"""A small window that files are dragged out of. Stands at the right edge of the screen. Arguments: paths."""

import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

window = Gtk.Window(title="drag source")
window.set_decorated(False)
window.set_default_size(160, 120)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drag me"))
window.add(box)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
uris = [pathlib.Path(path).resolve().as_uri() for path in sys.argv[1:]]
box.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(uris))
window.connect("destroy", Gtk.main_quit)
window.connect("map-event", lambda *_: print("ready", flush=True))
window.show_all()
window.move(1400, 40)
window.set_keep_above(True)
Gtk.main()
