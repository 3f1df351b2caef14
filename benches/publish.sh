#!/usr/bin/env bash
# Uploads of the engine (journal, verification and order of appearance included) against rclone and the AWS CLI: the same
# files, the same local S3 server. Prints the table for benches/publish.md. Needs rclone and aws.
#   COUNT=1000 SIZE=1048576 LARGE=2147483648 ROUNDS=3 PROFILE=release benches/publish.sh
set -euo pipefail
cd "$(dirname "$0")/.."
count=${COUNT:-1000} size=${SIZE:-1048576} large=${LARGE:-2147483648} rounds=${ROUNDS:-3} profile=${PROFILE:-release}
cargo build --quiet --profile "$profile" -p screener-cli -p screener-publish --example upload --bin screener
folder=$profile; if [ "$profile" = dev ]; then folder=debug; fi
bin=target/$folder
work=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
SCREENER_KEY_PASSPHRASE=bench "$bin/screener" --data-dir "$work/data" --key-store file serve >"$work/serve.log" 2>&1 &
serve=$!
trap 'kill "$serve"; rm -rf "$work"' EXIT
until [ -s "$work/data/edge/edge.json" ] && grep -q http "$work/serve.log"; do read -rt 0.1 <> <(:) || :; done
read -r endpoint bucket region access secret < <(python3 - "$work/data/edge/edge.json" <<'PY'
import json, sys
s3 = json.load(open(sys.argv[1]))["s3"]
print(s3["endpoint"], s3["bucket"], s3["region"], s3["access_key"], s3["secret_key"])
PY
)
# Loopback speaks plain HTTP, and rclone refuses to begin with a bundle of certificates.
unset AWS_CA_BUNDLE
export AWS_ACCESS_KEY_ID=$access AWS_SECRET_ACCESS_KEY=$secret AWS_DEFAULT_REGION=$region AWS_MAX_ATTEMPTS=1
export RCLONE_CONFIG_HERE_TYPE=s3 RCLONE_CONFIG_HERE_PROVIDER=Other RCLONE_CONFIG_HERE_ACCESS_KEY_ID=$access \
  RCLONE_CONFIG_HERE_SECRET_ACCESS_KEY=$secret RCLONE_CONFIG_HERE_ENDPOINT=$endpoint RCLONE_CONFIG_HERE_REGION=$region
mkdir "$work/many" "$work/one"
for n in $(seq -w "$count"); do head -c "$size" /dev/urandom >"$work/many/$n.m4s"; done
head -c "$large" /dev/urandom >"$work/one/film.mp4"

timed() { # command… ; prints seconds
  local begun ended
  begun=$(date +%s.%N)
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }
  ended=$(date +%s.%N)
  python3 -c "print(f'{$ended - $begun:.2f}')"
}
engine() { "$bin/examples/upload" "$endpoint" "$bucket" "$region" "$access" "$secret" "$1" 2>"$work/log" || { cat "$work/log" >&2; return 1; }; }
# The folder of the keys differs each time: nobody finds what is there already.
one() { # tool, folder, round
  case $1 in
    engine) engine "$2" ;;
    rclone) timed rclone copy --transfers 16 --s3-no-check-bucket "$2" "here:$bucket/videos/rclone-$3-$(basename "$2")" ;;
    aws) timed aws s3 cp --recursive --only-show-errors --endpoint-url "$endpoint" "$2" "s3://$bucket/videos/aws-$3-$(basename "$2")" ;;
  esac
}
median() { sort -n | python3 -c "import sys; v=[float(l) for l in sys.stdin]; print(f'{v[len(v)//2]:.2f}')"; }
{
  echo '# Uploading, measured'
  echo
  echo 'The engine uploads as it publishes: each object journalled, its checksum sent and compared with what S3 reports. Peers copy the same'
  echo 'files to the same local S3 server, in turns; medians of the whole process. Made by `benches/publish.sh`.'
  echo
  echo "Machine: $(nproc) cores, load average when the run began: $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown). Build profile: \`$profile\`. $(rclone version | head -n 1), $(aws --version | cut -d' ' -f1). $rounds rounds."
  echo
printf '| what | engine | rclone (16 at once) | AWS CLI | engine / best |\n| --- | --- | --- | --- | --- |\n'
for what in many one; do
  for tool in engine rclone aws; do : >"$work/$tool"; done
  # Taken in turn, so that the machine's moods meet all of them.
  for round in $(seq "$rounds"); do
    for tool in engine rclone aws; do one "$tool" "$work/$what" "$round" >>"$work/$tool"; done
  done
  e=$(median <"$work/engine") r=$(median <"$work/rclone") a=$(median <"$work/aws")
  label="$count × $size B"; if [ "$what" = one ]; then label="1 × $large B"; fi
  printf '| %s | %s s | %s s | %s s | %s |\n' "$label" "$e" "$r" "$a" "$(python3 -c "print(f'{$e / min($r, $a):.2f}')")"
done
} | tee benches/publish.md
