#!/usr/bin/env bash
# Measures the delivery side against the logic that it replaces, and writes benches/delivery.md.
# Needs Rust, Node 20 and npm; sizes of the zips where `make lambda` made them.
set -eu
cd "$(dirname "$0")/.."
folder=target/bench-original
mkdir -p "$folder"
cp benches/original.mjs "$folder/"
if [ ! -d "$folder/node_modules/@aws-sdk/client-s3" ]; then
	npm install --silent --no-audit --no-fund --prefix "$folder" \
		@aws-sdk/client-s3@3 @aws-sdk/cloudfront-signer@3 >&2
fi

built="${CARGO_TARGET_DIR:-target}/release"
# SCREENER_BENCH_BUILT: the programs are there already.
[ -n "${SCREENER_BENCH_BUILT:-}" ] || cargo build --quiet --release --workspace --bins --examples
out=$(mktemp)
trap 'rm -f "$out"' EXIT
{
	echo "# Delivery, measured"
	echo
	echo "Written by \`benches/delivery.sh\`. Medians; both programs run in turns. The original is \`benches/original.mjs\`:"
	echo "a Lambda in Node that signs a canned policy for every segment with \`@aws-sdk/cloudfront-signer\`. Screener's endpoint"
	echo "forwards the viewer's link (RSA 2048, one custom policy). Gzip is the fastest level."
	echo
	echo "- $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2- | xargs), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg) at the start"
	echo "- $(rustc --version), Node $(node --version), signer $(node -p "require('./$folder/node_modules/@aws-sdk/cloudfront-signer/package.json').version")"
	echo "- $(date -u +%Y-%m-%d)"
	echo
	echo "## CPU per playlist"
	echo
	ORIGINAL="$PWD/$folder" cargo bench --quiet --workspace --bench endpoint
	echo
	echo "## Cold start"
	echo
	# The executable of the zip where it was made; else the workspace's, which has more of the SDK in it.
	zip=target/lambda-x86-64/bootstrap/bootstrap.zip
	bootstrap=$built/bootstrap
	if [ -f "$zip" ]; then
		rm -rf target/lambda-x86-64/unpacked
		python3 -m zipfile -e "$zip" target/lambda-x86-64/unpacked
		bootstrap=target/lambda-x86-64/unpacked/bootstrap
		chmod +x "$bootstrap"
		echo "The executable is the x86-64 zip's."
	else
		echo "The executable is that of the whole workspace's release build: no zip was made here (\`make lambda\`)."
	fi
	echo
	BOOTSTRAP=$(realpath "$bootstrap") ORIGINAL="$PWD/$folder" "$built/examples/cold_start"
	echo
	echo "## Rewriting alone, against copying"
	echo
	echo "| segments | output | rewrite | rate | memcpy of the same output | of memcpy |"
	echo "| ---: | ---: | ---: | ---: | ---: | ---: |"
	cargo bench --quiet --workspace --bench rewrite | node -e '
		const lines = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
		for (const l of lines)
			console.log(`| ${l.segments} | ${(l.output_bytes / 1e6).toFixed(2)} MB | ${l.rewrite_us} µs | ${l.rewrite_gb_s} GB/s | ${l.memcpy_gb_s} GB/s | ${Math.round(l.of_memcpy * 100)} % |`);
	'
	echo
	echo "Output lies in a buffer that is used again; memcpy copies the same output into another such buffer. Below some hundred segments a"
	echo "copy runs at the speed of the nearest cache, and reading the first lines and laying out the link is what remains. A long output"
	echo "leaves the caches: a copy then reads it from memory, and rewriting reads a twentieth of it."
	echo
	echo "## Zip"
	echo
	echo "| | bytes |"
	echo "| --- | ---: |"
	for zip in target/lambda-*/bootstrap/bootstrap.zip; do
		if [ -f "$zip" ]; then
			name=${zip#target/lambda-}
			echo "| ${name%%/*} | $(stat -c %s "$zip") |"
		fi
	done
	echo "| original with its packages, unpacked | $(du -sb "$folder/node_modules" | cut -f1) |"
} >"$out"
cp "$out" benches/delivery.md
cat benches/delivery.md
