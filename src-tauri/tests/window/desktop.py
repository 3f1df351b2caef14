"""A desktop's two services that a window talks to, for tests: who shows notifications, and who shows icons beside the clock.

    /usr/bin/python3 desktop.py LOG

Writes one JSON line for each notification and for each icon that is registered. Says `ready` on stdout once it has both names.
"""

import json
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

log = open(sys.argv[1], "a", buffering=1)
bus = Gio.bus_get_sync(Gio.BusType.SESSION)
INTERFACES = Gio.DBusNodeInfo.new_for_xml(
    """<node>
  <interface name="org.freedesktop.Notifications">
    <method name="Notify">
      <arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/><arg direction="in" type="s"/>
      <arg direction="in" type="s"/><arg direction="in" type="as"/><arg direction="in" type="a{sv}"/><arg direction="in" type="i"/>
      <arg direction="out" type="u"/>
    </method>
    <method name="GetCapabilities"><arg direction="out" type="as"/></method>
    <method name="CloseNotification"><arg direction="in" type="u"/></method>
    <method name="GetServerInformation">
      <arg direction="out" type="s"/><arg direction="out" type="s"/><arg direction="out" type="s"/><arg direction="out" type="s"/>
    </method>
  </interface>
  <interface name="org.kde.StatusNotifierWatcher">
    <method name="RegisterStatusNotifierItem"><arg direction="in" type="s"/></method>
    <method name="RegisterStatusNotifierHost"><arg direction="in" type="s"/></method>
    <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
    <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
    <property name="ProtocolVersion" type="i" access="read"/>
  </interface>
</node>"""
)
shown = 0


def called(_bus, sender, _path, _interface, method, parameters, invocation):
    global shown
    arguments = parameters.unpack()
    answer = None
    if method == "Notify":
        shown += 1
        print(json.dumps({"notification": arguments[3], "body": arguments[4]}), file=log)
        answer = GLib.Variant("(u)", (shown,))
    elif method == "GetCapabilities":
        answer = GLib.Variant("(as)", (["body"],))
    elif method == "GetServerInformation":
        answer = GLib.Variant("(ssss)", ("tests", "Screener", "1", "1.2"))
    elif method == "RegisterStatusNotifierItem":
        print(json.dumps({"icon": [sender, arguments[0]]}), file=log)
    invocation.return_value(answer)


def read(_bus, _sender, _path, _interface, name):
    return {
        "IsStatusNotifierHostRegistered": GLib.Variant("b", True),
        "RegisteredStatusNotifierItems": GLib.Variant("as", []),
        "ProtocolVersion": GLib.Variant("i", 0),
    }[name]


bus.register_object("/org/freedesktop/Notifications", INTERFACES.interfaces[0], called, None, None)
bus.register_object("/StatusNotifierWatcher", INTERFACES.interfaces[1], called, read, None)
for name in ("org.freedesktop.Notifications", "org.kde.StatusNotifierWatcher"):
    Gio.bus_own_name_on_connection(bus, name, Gio.BusNameOwnerFlags.NONE, None, None)
print("ready", flush=True)
GLib.MainLoop().run()
