"""Prints every secret that the session's Secret Service holds, as JSON: [{label, attributes, secret (base64)}].

    /usr/bin/python3 keychain.py
"""

import base64
import json

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

bus = Gio.bus_get_sync(Gio.BusType.SESSION)
NAME = "org.freedesktop.secrets"


def call(path, interface, method, arguments=None):
    return bus.call_sync(NAME, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 10_000).unpack()


def read(path, name):
    return call(path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", ("org.freedesktop.Secret.Item", name)))[0]


ROOT = "/org/freedesktop/secrets"
SERVICE = "org.freedesktop.Secret.Service"
_, session = call(ROOT, SERVICE, "OpenSession", GLib.Variant("(sv)", ("plain", GLib.Variant("s", ""))))
unlocked, locked = call(ROOT, SERVICE, "SearchItems", GLib.Variant("(a{ss})", ({},)))
secrets = call(ROOT, SERVICE, "GetSecrets", GLib.Variant("(aoo)", (unlocked, session)))[0]
print(
    json.dumps(
        [
            {
                "label": read(path, "Label"),
                "attributes": read(path, "Attributes"),
                "secret": base64.b64encode(bytes(secret[2])).decode(),
            }
            for path, secret in secrets.items()
        ]
    )
)
