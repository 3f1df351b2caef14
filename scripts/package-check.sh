#!/usr/bin/env bash
# Looks into the installers: fails where a program in them needs a library that is neither inside nor declared, where something
# that is loaded by name only is not declared, or where a program, the desktop entry or an icon is missing.
#   scripts/package-check.sh [FILE…]     default: what target/release/bundle holds
set -euo pipefail
cd "$(dirname "$0")/.."
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
faults=0
fault() { printf '[package] %s: %s\n' "$1" "$2" >&2; faults=$((faults + 1)); }

# Found while Screener runs, so that no program’s header mentions them: the roots of trust, the tray, what WebKit plays H.264 with.
by_name_deb=(ca-certificates libayatana-appindicator3-1 gstreamer1.0-libav gstreamer1.0-plugins-good gstreamer1.0-plugins-bad)
by_name_rpm=(ca-certificates gstreamer1-plugin-libav gstreamer1-plugins-good gstreamer1-plugins-bad-free)

programs() { find "$1" -type f -exec sh -c 'for f; do [ "$(head -c 4 "$f" | od -An -tx1 | tr -d " \n")" = 7f454c46 ] && printf "%s\n" "$f"; done' _ {} +; }
needed() { objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }'; }
bundled() { find "$1" -name "$2" -print -quit | grep -q .; }

# The Debian package that a library of this system comes from; /lib and /usr/lib are one place, but dpkg may know either.
owner() {
  local path
  path=$(ldconfig -p | awk -v name="$1" '$1 == name { print $NF; exit }')
  [ -n "$path" ] || return 1
  path=$(realpath "$path")
  { dpkg -S "$path" || dpkg -S "${path#/usr}"; } 2>/dev/null | sed 's/:.*//' | head -n 1
}

contents() { # package, its root
  local program
  for program in screener screener-desktop screener-worker; do
    [ -x "$2/usr/bin/$program" ] || fault "$1" "/usr/bin/$program is missing"
  done
  [ -s "$2/usr/share/screener/sample.mp4" ] || fault "$1" "the sample film is missing"
  local entry
  entry=$(find "$2/usr/share/applications" -name '*.desktop' -print -quit 2>/dev/null || true)
  if [ -z "$entry" ]; then
    fault "$1" "there is no desktop entry"
  else
    local word
    for word in x-scheme-handler/screener video/mp4 video/quicktime video/x-matroska video/webm; do
      grep -q "^MimeType=.*$word" "$entry" || fault "$1" "the desktop entry does not name $word"
    done
    grep -Eq '^Exec=screener-desktop.* %[FfUu]' "$entry" || fault "$1" "the desktop entry does not hand over what is opened"
    local icon
    icon=$(sed -n 's/^Icon=//p' "$entry")
    find "$2/usr/share/icons" -name "$icon.png" 2>/dev/null | grep -q . || fault "$1" "there is no icon $icon"
  fi
}

check_deb() {
  local deb=$1 root=$room/deb depends program library package
  mkdir -p "$root"
  dpkg-deb -x "$deb" "$root"
  contents "$deb" "$root"
  # "a (>= 1), b | c" becomes one name a line.
  depends=$(dpkg-deb -f "$deb" Depends | tr ',|' '\n\n' | sed 's/(.*//; s/[[:space:]]//g' | grep .)
  declared() { grep -qxF "$1" <<<"$depends"; }
  while read -r program; do
    while read -r library; do
      bundled "$root" "$library" && continue
      if ! package=$(owner "$library") || [ -z "$package" ]; then
        fault "$deb" "${program#"$root"} needs $library, which no package of this system has"
      elif ! declared "$package"; then
        fault "$deb" "${program#"$root"} needs $library, and $package is not declared"
      fi
    done < <(needed "$program")
  done < <(programs "$root")
  for package in "${by_name_deb[@]}"; do
    declared "$package" || fault "$deb" "$package is loaded by name and not declared"
  done
  while read -r package; do
    dpkg-query -W "$package" >/dev/null 2>&1 || apt-cache show "$package" >/dev/null 2>&1 || fault "$deb" "$package is declared, and Debian has no such package"
  done <<<"$depends"
  local newest
  newest=$(programs "$root" | xargs objdump -T | grep -oE 'GLIBC_2\.[0-9]+' | sed 's/GLIBC_//' | sort -Vu | tail -n 1)
  local promised
  promised=$(dpkg-deb -f "$deb" Depends | grep -oE 'libc6 \(>= [0-9.]+' | grep -oE '[0-9.]+$' || true)
  if [ -z "$promised" ] || [ "$(printf '%s\n%s\n' "$newest" "$promised" | sort -V | tail -n 1)" != "$promised" ]; then
    fault "$deb" "glibc $newest is needed, and ${promised:-none} declared"
  fi
  printf '[package] %s: looked at\n' "$deb"
}

check_rpm() {
  local rpm=$1 root=$room/rpm requires program library package
  mkdir -p "$root"
  rpm2archive - <"$rpm" | tar xz -C "$root"
  contents "$rpm" "$root"
  requires=$(rpm -qp --nosignature --requires "$rpm")
  while read -r program; do
    while read -r library; do
      bundled "$root" "$library" && continue
      case $library in ld-linux*) continue ;; esac
      grep -qxF "$library()(64bit)" <<<"$requires" || fault "$rpm" "${program#"$root"} needs $library, which is not required"
    done < <(needed "$program")
  done < <(programs "$root")
  for package in "${by_name_rpm[@]}"; do
    grep -qxF "$package" <<<"$requires" || fault "$rpm" "$package is loaded by name and not required"
  done
  printf '[package] %s: looked at\n' "$rpm"
}

files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(find target/release/bundle -name '*.deb' -o -name '*.rpm' | sort)
[ ${#files[@]} -gt 0 ] || { echo '[package] there is no installer: run make package' >&2; exit 1; }
for file in "${files[@]}"; do
  case $file in
    *.deb) check_deb "$file" ;;
    *.rpm) check_rpm "$file" ;;
    *) fault "$file" "neither a .deb nor an .rpm" ;;
  esac
done
[ "$faults" -eq 0 ] || { printf '[package] %d faults\n' "$faults" >&2; exit 1; }
echo '[package] everything that is needed is inside or declared'
