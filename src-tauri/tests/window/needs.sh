# Sourced, from the repository's root: ends with words where something is missing that the window's tests need.
die() { printf '[window] %s\n\n0 passed, 1 failed\n' "$*" >&2; printf '0 passed, 1 failed\n'; exit 1; }
for command in xvfb-run dbus-run-session gnome-keyring-daemon openbox xdotool xclip import convert WebKitWebDriver ffmpeg node; do
  command -v "$command" >/dev/null || PATH=$PATH:$HOME/.cargo/bin
  command -v "$command" >/dev/null || die "$command is missing: run scripts/setup.sh build play test"
done
[ -x target/debug/screener-desktop ] || die "target/debug/screener-desktop is missing: run cargo build --workspace"
[ -x target/debug/screener-worker ] || die "target/debug/screener-worker is missing: run cargo build --workspace"
scripts/sample.sh || die "the sample film could not be made"
[ -e ui/dist/index.html ] || die "ui/dist is missing: run scripts/interface.sh"
