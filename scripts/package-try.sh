#!/usr/bin/env bash
# Installs the .deb into a clean, minimal Debian 12 and uses it there as a person would: opened with the sample film, published with
# Return, played with real clicks on a virtual display. Fails where a step does not happen; pictures are left in target/package-try/.
#   scripts/package-try.sh [DEB]     default: what target/release/bundle holds. Needs root and a Debian mirror.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '[package] %s\n' "$*"; }
fail() { printf '[package] %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "a chroot is made: run this as root"
for command in debootstrap xvfb-run xdotool openbox convert import; do
  command -v "$command" >/dev/null || PATH=$PATH:/usr/sbin
  command -v "$command" >/dev/null || fail "$command is missing: run scripts/setup.sh test package"
done
deb=${1:-$(find target/release/bundle -name '*.deb' -print -quit 2>/dev/null)}
[ -s "$deb" ] || fail "there is no .deb: run make package"
mirror=${SCREENER_DEBIAN_MIRROR:-http://deb.debian.org/debian}
shots=target/package-try
rm -rf "$shots"
mkdir -p "$shots"

room=$(mktemp -d)
clean=$room/debian
leave() {
  for place in tmp/.X11-unix dev/shm dev proc sys; do mountpoint -q "$clean/$place" && umount -l "$clean/$place"; done
  rm -rf --one-file-system "$room"
}
trap leave EXIT

if [ -n "${SCREENER_CLEAN_DEBIAN:-}" ]; then
  say "a copy of $SCREENER_CLEAN_DEBIAN"
  cp -a "$SCREENER_CLEAN_DEBIAN" "$clean"
else
  say "a minimal Debian 12 from $mirror"
  debootstrap --variant=minbase bookworm "$clean" "$mirror" >"$shots/debootstrap.log" 2>&1 || { tail "$shots/debootstrap.log" >&2; fail "debootstrap failed"; }
fi
mkdir -p "$clean/tmp/.X11-unix"
mount -t proc proc "$clean/proc"
mount --rbind /dev "$clean/dev" && mount --make-rslave "$clean/dev"
mount -t sysfs -o ro sys "$clean/sys"
cp /etc/resolv.conf "$clean/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$clean/usr/sbin/policy-rc.d"
chmod +x "$clean/usr/sbin/policy-rc.d"
cp "$deb" "$clean/tmp/screener.deb"

# A keychain and a session bus are what every desktop has, and a minimal system has not.
say "installing $(basename "$deb") with what it declares"
chroot "$clean" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 sh -c '
  apt-get update -qq && apt-get install -y -qq --no-install-recommends /tmp/screener.deb gnome-keyring dbus dbus-x11' >"$shots/apt.log" 2>&1 ||
  { tail -n 20 "$shots/apt.log" >&2; fail "apt could not install it"; }
say "$(chroot "$clean" dpkg-query -W -f '${Package} ${Version}, ${db:Status-Status}\n' screener), $(chroot "$clean" dpkg-query -W | wc -l) packages in all"
chroot "$clean" screener --version >/dev/null || fail "the terminal's command does not start"

cat >"$clean/tmp/session.sh" <<'IN'
export HOME=/root XDG_RUNTIME_DIR=/tmp/run LANG=C.UTF-8 LC_ALL=C.UTF-8 NO_AT_BRIDGE=1
mkdir -p "$XDG_RUNTIME_DIR"; chmod 700 "$XDG_RUNTIME_DIR"
exec dbus-run-session -- sh -c '
  eval "$(printf pass | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
  exec screener-desktop /usr/share/screener/sample.mp4' >/tmp/window.log 2>&1
IN

export clean shots
# shellcheck disable=SC2016 — the inner shell's own words
xvfb-run -a -s "-screen 0 1400x900x24 -nolisten tcp" bash -c '
  set -euo pipefail
  fail() { printf "[package] %s\n" "$*" >&2; import -window root "$shots/failed.png" || true; tail -n 20 "$clean/tmp/window.log" >&2 || true; exit 1; }
  until_() { # words, seconds, command…
    local words=$1 end=$((SECONDS + $2)); shift 2
    until "$@"; do [ $SECONDS -lt $end ] || fail "it never came to this: $words"; sleep 0.3; done
  }
  openbox 2>/dev/null & frame=$!
  mount --bind /tmp/.X11-unix "$clean/tmp/.X11-unix"
  # The display asks for no cookie of this user inside.
  xauth list >/dev/null && cp "${XAUTHORITY:-$HOME/.Xauthority}" "$clean/tmp/xauthority"
  chroot "$clean" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DISPLAY="$DISPLAY" XAUTHORITY=/tmp/xauthority sh /tmp/session.sh & session=$!
  trap "kill $session $frame 2>/dev/null || true; pkill_inside" EXIT
  pkill_inside() { for entry in /proc/[0-9]*; do [ "$(readlink "$entry/root" 2>/dev/null)" = "$clean" ] && kill "${entry#/proc/}" 2>/dev/null; done; true; }

  window() { id=$(xdotool search --onlyvisible --name "^Screener$" 2>/dev/null | head -n 1) && [ -n "$id" ]; }
  until_ "the window is there" 60 window
  xdotool windowsize "$id" 1280 800 windowmove "$id" 4 28
  shot() { import -window "$id" "$shots/$1.png"; }
  # Where the amber of a primary button is, right of the side bar: x y of its middle.
  amber() {
    shot look
    local found
    # Of all amber patches the lowest that is filled and has the size of a button: a film may be amber too.
    found=$(convert "$shots/look.png" -crop "1060x740+215+50" +repage -fuzz 1% -fill black +opaque "#FFB020" -fill white -opaque "#FFB020" \
      -define connected-components:verbose=true -define connected-components:area-threshold=400 -connected-components 8 null: |
      awk "\$NF ~ /255|white/ { split(\$2, g, /[x+]/); if (g[1] >= 40 && g[1] <= 300 && g[2] >= 20 && g[2] <= 80 && \$4 > g[1] * g[2] * 0.6) print g[4], g[3], g[1], g[2] }" |
      sort -n | tail -n 1)
    [ -n "$found" ] || return 1
    read -r y x w h <<<"$found"
    ax=$((215 + x + w / 2)) ay=$((50 + y + h / 2))
  }
  click() { xdotool mousemove --window "$id" "$1" "$2" click 1; }

  # Behind a sheet the button of the side bar is darkened.
  offered() { amber && [ "$(convert "$shots/look.png" -format "%[fx:p{24,118}.r>0.9]" info:)" = 0 ]; }
  until_ "the sheet offers to publish the sample" 60 offered
  shot 1-sheet
  xdotool windowactivate --sync "$id"
  click "$ax" "$ay"
  listed() { chroot "$clean" env HOME=/root screener list --json 2>/dev/null | grep -q "\"state\":\"$1\""; }
  until_ "the sample is published" 240 listed live
  until_ "its card offers to play it" 30 amber
  shot 2-activity
  click "$ax" "$ay"
  # Play plays at once. The first change may be the poster that gives way: it has to move twice.
  moving() {
    shot 3-playing; sleep 1; shot 4-playing
    local changed
    changed=$(compare -metric AE -fuzz 8% "$shots/3-playing.png[640x300+400+150]" "$shots/4-playing.png[640x300+400+150]" null: 2>&1 || true)
    [ "${changed%%.*}" -gt 2000 ]
  }
  until_ "the film moves" 60 moving
  until_ "the film goes on" 10 moving
  printf "[package] the film plays: pictures a second apart differ\n"
'
say "installed into a clean Debian 12, opened, published the sample and played it on a click; pictures in $shots"
