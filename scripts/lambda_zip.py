"""Packs a Lambda's executable: lambda_zip.py EXECUTABLE ZIP. The same executable makes the same zip, whenever and wherever."""

import sys
import zipfile

executable, target = sys.argv[1:]
# The first moment that a zip can hold: Lambda does not ask for it, and any other would differ from build to build.
entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
entry.compress_type = zipfile.ZIP_DEFLATED
entry.create_system = 3  # Unix: so that what follows is read as a file's mode, on whatever system this runs
entry.external_attr = 0o100755 << 16
with open(executable, "rb") as file, zipfile.ZipFile(target, "w") as packed:
    packed.writestr(entry, file.read(), compresslevel=9)
