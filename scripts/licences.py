"""Licences, bans and sources of what is linked, as deny.toml says them.

`cargo deny` judges the same file more closely (it reads the texts of licences, too) and takes minutes to compile, so that it
belongs to the long form of the tests; this asks what each package says of itself.
"""

import json
import pathlib
import subprocess
import sys
import tomllib

from license_expression import get_spdx_licensing

REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"


def main():
    rules = tomllib.loads(pathlib.Path("deny.toml").read_text())
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    spdx = get_spdx_licensing()
    allowed = {spdx.parse(one) for one in rules["licenses"]["allow"]}
    banned = {rule["crate"] for rule in rules["bans"]["deny"]}

    def may(expression):
        if expression in allowed:
            return True
        operator = getattr(expression, "operator", "").strip()
        if operator not in ("AND", "OR"):
            return False
        return (all if operator == "AND" else any)(may(one) for one in expression.args)

    found = []
    for package in metadata["packages"]:
        name = f"{package['name']} {package['version']}"
        if package["name"] in banned:
            found.append(f"{name} is banned")
        if package["source"] not in (None, REGISTRY):
            found.append(f"{name} comes from {package['source']}")
        # The slash is how licences were said before SPDX.
        licence = (package["license"] or "").replace("/", " OR ")
        if not licence or not may(spdx.parse(licence, validate=True)):
            found.append(f"{name}: its licence is {licence or 'not said'}")
    # A judge that read nothing would find nothing.
    if len(metadata["packages"]) < 100:
        found.append("cargo named hardly a package")
    print("\n".join(found) or f"{len(metadata['packages'])} packages: licences, bans and sources are as deny.toml says")
    sys.exit(bool(found))


main()
