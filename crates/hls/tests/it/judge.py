# Judges rewritten playlists with the m3u8 package. Standard input: one JSON object a line, {"name", "before", "after"}.
# Says for each what differs once the query `[?&]MARK` is taken off every URI, and how many URIs carry it.
import json
import re
import sys

try:
    import m3u8
except ImportError:
    print("no m3u8")
    sys.exit(0)

MARK = re.compile(r"[?&]?(?:cf-P=MARK&)?P=MARK")


def bare(value):
    if isinstance(value, str):
        return MARK.sub("", value.replace("l=MARK&", ""))
    if isinstance(value, dict):
        return {key: bare(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [bare(inner) for inner in value]
    return value


def uris(value, found):
    if isinstance(value, dict):
        for key, inner in value.items():
            # The package keeps what it does not know of a date range under these names in lower case.
            if key in ("uri", "server_uri", "x_asset_uri", "x_asset_list") and isinstance(inner, str):
                found.append(inner.strip('"'))
            else:
                uris(inner, found)
    elif isinstance(value, list):
        for inner in value:
            uris(inner, found)
    return found


for line in sys.stdin:
    case = json.loads(line)
    try:
        before = m3u8.M3U8(case["before"]).data
    except Exception as error:
        # A sample that the judge itself cannot read tells nothing.
        print(json.dumps({"name": case["name"], "unreadable": repr(error)}))
        continue
    after = m3u8.M3U8(case["after"]).data
    same = json.dumps(before, default=str, sort_keys=True) == json.dumps(bare(after), default=str, sort_keys=True)
    found = uris(after, [])
    relative = [uri for uri in found if not re.match(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:|//|\{\$)", uri)]
    unmarked = [uri for uri in relative if len(re.findall(r"[?&]P=MARK", uri)) != 1 and uri]
    # What comes first comes before a query of the URI's own.
    named = "l=MARK" in case["after"]
    late = [uri for uri in relative if named and "{$" not in uri and "P=MARK" in uri and "?l=MARK&" not in uri]
    print(json.dumps({"name": case["name"], "same": same, "uris": len(found), "unmarked": unmarked + late}))
