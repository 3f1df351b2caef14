"""Prints what an icon beside the clock says, as JSON: its label, and the lines of its menu.

    /usr/bin/python3 tray.py BUS-NAME OBJECT-PATH
"""

import json
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

bus = Gio.bus_get_sync(Gio.BusType.SESSION)
name, path = sys.argv[1:]


def read(interface, field):
    answer = bus.call_sync(
        name, path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (interface, field)), None, 0, 5000
    )
    return answer.unpack()[0]


menu = read("org.kde.StatusNotifierItem", "Menu")
layout = bus.call_sync(
    name, menu, "com.canonical.dbusmenu", "GetLayout", GLib.Variant("(iias)", (0, -1, ["label"])), None, 0, 5000
).unpack()
print(
    json.dumps(
        {
            "label": read("org.kde.StatusNotifierItem", "XAyatanaLabel"),
            "menu": [line[1].get("label", "") for line in layout[1][2]],
        }
    )
)
