#!/usr/bin/env bash
# Installs what a fresh machine lacks, and says what it does. A second run finds everything in place and takes a moment.
#   scripts/setup.sh GROUP…      groups: build (compile, publish from the terminal), play (the window), test (every test), full (their long forms), sound (a sound device), tools (checks),
#                                bench (peers), lambda (the endpoint for AWS), windows (a type-check), fuzz (a nightly compiler)
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '[setup] %s\n' "$*"; }
fail() { printf '[setup] %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# --- packages of the system -----------------------------------------------------------------------------------------

build_packages=(build-essential pkg-config curl ca-certificates file git clang libclang-dev nasm
  ffmpeg libavcodec-dev libavformat-dev libavfilter-dev libavutil-dev libswscale-dev libswresample-dev libavdevice-dev)
# The last two are what WebKitGTK needs to play H.264 through Media Source Extensions.
play_packages=(libwebkit2gtk-4.1-dev libayatana-appindicator3-dev librsvg2-dev libxdo-dev libssl-dev
  gstreamer1.0-libav gstreamer1.0-plugins-bad)
test_packages=(xvfb xauth x11-utils xclip imagemagick dbus dbus-x11 libglib2.0-bin webkit2gtk-driver openbox xdotool gnome-keyring libsecret-tools
  python3-gi gir1.2-gtk-3.0 python3-venv fonts-dejavu-core chromium zzuf strace rpm dpkg-dev jq openssl)
# A sound device without a sound card.
sound_packages=(pulseaudio gstreamer1.0-pulseaudio)
bench_packages=(rclone)
# SQLite and the cryptography of TLS are compiled for Windows as well.
windows_packages=(gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64)

system_packages() {
  local wanted=() missing=() package
  for group in "$@"; do
    case $group in
      build) wanted+=("${build_packages[@]}") ;;
      play) wanted+=("${play_packages[@]}") ;;
      test) wanted+=("${test_packages[@]}") ;;
      sound) wanted+=("${sound_packages[@]}") ;;
      bench) wanted+=("${bench_packages[@]}") ;;
      windows) wanted+=("${windows_packages[@]}") ;;
      package) wanted+=(rpm dpkg-dev debootstrap) ;;
    esac
  done
  [ ${#wanted[@]} -gt 0 ] || return 0
  if ! has dpkg-query || ! has apt-get; then
    other_systems "$@"
    return 0
  fi
  for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${#missing[@]} Debian packages (some minutes): ${missing[*]}"
  local apt="apt-get -o DPkg::Lock::Timeout=500 install -y --no-install-recommends ${missing[*]}"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    if has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      root=(sudo)
    else
      fail "not root, and sudo cannot be used here. Run this line as root, then the same make again:
    apt-get update && $apt"
    fi
  fi
  "${root[@]}" apt-get -o DPkg::Lock::Timeout=500 update -qq
  # shellcheck disable=SC2086
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive $apt >/dev/null
}

other_systems() {
  case "$(uname -s)" in
    Darwin)
      has ffmpeg && has pkg-config && pkg-config --exists libavcodec && return 0
      fail "install these with Homebrew, then run the same make again:
    brew install ffmpeg pkg-config nasm node rustup" ;;
    Linux)
      has ffmpeg && has pkg-config && pkg-config --exists libavcodec && return 0
      fail "this is not a Debian system. Install, with its package manager, what Debian calls:
    ${build_packages[*]}
  and for the window:
    ${play_packages[*]}
  (Fedora: ffmpeg-devel from RPM Fusion, webkit2gtk4.1-devel, gstreamer1-plugin-libav, gstreamer1-plugins-bad-free; Arch: ffmpeg, webkit2gtk-4.1, gst-libav, gst-plugins-bad)" ;;
    *) fail "on this system install FFmpeg's development files (vcpkg: ffmpeg[x264]), Node 20.19 or newer and Rust, then run the cargo commands of CONTRIBUTING.md" ;;
  esac
}

# --- languages ------------------------------------------------------------------------------------------------------

rust() {
  has cargo || fail "Rust is missing. Install it from https://rustup.rs (stable, 1.95 or newer), then run the same make again"
  local version
  version=$(rustc --version | awk '{print $2}')
  [ "$(printf '%s\n1.95.0\n' "$version" | sort -V | head -n 1)" = 1.95.0 ] ||
    fail "Rust $version is too old: 1.95 or newer is needed. Run: rustup update stable"
}

export PATH="$PWD/.tools/node/node_modules/node/bin:$PATH"

node_is_new_enough() {
  has node && has npm && node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit((a===20&&b>=19)||(a===22&&b>=12)||a>22?0:1)'
}

# Debian 12 has Node 18, which is too old to build the window: a newer one comes from the npm registry, into .tools.
javascript() {
  node_is_new_enough && return 0
  if ! has npm && has apt-get && [ "$(id -u)" -eq 0 ]; then
    say "installing Debian package: npm (a minute or two)"
    apt-get -o DPkg::Lock::Timeout=500 install -y --no-install-recommends npm >/dev/null
  fi
  has npm || fail "Node is missing. Install Node 20.19 or newer with npm, then run the same make again"
  say "installing Node 22 from the npm registry into .tools (about a minute)"
  npm install --silent --no-audit --no-fund --prefix .tools/node node@22 >/dev/null
  hash -r
  node_is_new_enough || fail "Node could not be brought up to date. Install Node 20.19 or newer, then run the same make again"
}

npm_packages() {
  local stamp=ui/node_modules/.lock-installed
  if [ -e "$stamp" ] && cmp -s ui/package-lock.json "$stamp"; then return 0; fi
  say "installing npm packages (npm ci, about a minute)"
  npm ci --prefix ui --no-audit --no-fund --loglevel=error
  cp ui/package-lock.json "$stamp"
}

cargo_lambda=cargo-lambda==1.9.2

python_tools() {
  local stamp=.tools/py/installed
  if [ -e "$stamp" ] && [ -x .tools/py/bin/cargo-lambda ] && cmp -s scripts/requirements.txt "$stamp"; then return 0; fi
  say "installing Python tools into .tools/py (about a minute)"
  python3 -m venv .tools/py
  .tools/py/bin/pip install --quiet --disable-pip-version-check -r scripts/requirements.txt
  # Its emulator of Lambda takes part in the tests; the linker that it asks for is only needed for `make lambda`.
  .tools/py/bin/pip install --quiet --disable-pip-version-check --no-deps "$cargo_lambda"
  cp scripts/requirements.txt "$stamp"
}

# cargo-lambda, and Zig as the linker for another processor than this one's.
lambda_tools() {
  local wanted=("$cargo_lambda" ziglang==0.17.1)
  [ -x .tools/py/bin/cargo-lambda ] && [ -e .tools/py/lambda ] && [ "$(cat .tools/py/lambda)" = "${wanted[*]}" ] || {
    [ -x .tools/py/bin/pip ] || python3 -m venv .tools/py
    say "installing ${wanted[*]} into .tools/py"
    .tools/py/bin/pip install --quiet --disable-pip-version-check "${wanted[@]}"
    printf '%s' "${wanted[*]}" >.tools/py/lambda
  }
  rust_target aarch64-unknown-linux-gnu
  rust_target x86_64-unknown-linux-gnu
}

# Without rustup the compiler is the system's, and so are its targets.
rust_target() {
  has rustup || return 0
  rustup target list --installed | grep -qx "$1" || { say "installing Rust for $1"; rustup --quiet target add "$1"; }
}

nightly() {
  has rustup || fail "fuzzing needs a nightly Rust, and rustup is not here to install one: https://rustup.rs"
  rustup toolchain list | grep -q '^nightly' || { say "installing a nightly Rust"; rustup --quiet toolchain install --profile minimal nightly; }
}

# Unoptimised where it makes no difference to what they do: the build is what takes time.
cargo_tool() { # command, crate@version, flags…
  has "$1" && return 0
  say "installing $2 (once for this machine; takes some minutes)"
  CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --locked "${@:2}"
}

# Runs beside what follows: one waits for the network while the other compiles. `finish` waits for all.
beside=()
beside() { "$@" & beside+=($!); }
finish() { local one; for one in "${beside[@]}"; do wait "$one" || exit 1; done; }

# --- groups ---------------------------------------------------------------------------------------------------------

system_packages "$@"
for group in "$@"; do
  case $group in
    build) rust; javascript; beside npm_packages ;;
    play | sound | bench | package) ;;
    test)
      beside python_tools
      cargo_tool cargo-nextest cargo-nextest@0.9.143 ;;
    # Another S3 server: the unoptimised build is quick enough for one test, and takes a third of the time to make.
    full)
      cargo_tool cargo-deny cargo-deny@0.20.2 --debug
      cargo_tool garage garage@2.5.0 --debug --no-default-features --features sqlite,bundled-libs ;;
    tools) beside python_tools ;;
    lambda) rust; lambda_tools ;;
    windows) rust_target x86_64-pc-windows-gnu ;;
    fuzz)
      nightly
      cargo_tool cargo-fuzz cargo-fuzz@0.13.2 ;;
    *) fail "no such group: $group" ;;
  esac
done
finish
