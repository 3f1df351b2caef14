#!/usr/bin/env bash
# Makes the sample film that comes with Screener, into target/: drawn and sung by ffmpeg, so that nothing is downloaded and nobody else's.
set -euo pipefail
cd "$(dirname "$0")/.."
film=target/sample.mp4
# Drawn anew when this recipe or the mark has changed, not when git has merely touched them.
recipe=$(cat scripts/sample.sh icons/icon.png | sha256sum)
[ -s "$film" ] && [ -s target/sample.de.srt ] && [ "$(cat target/sample.recipe 2>/dev/null)" = "$recipe" ] && exit 0
mkdir -p target
# Lamp light on ink, the mark in front, three notes that come and go.
ffmpeg -v error -y \
  -f lavfi -i 'gradients=s=1920x1080:r=30:d=24:n=4:c0=0x101114:c1=0xffb020:c2=0x2a1a4a:c3=0x0b3b45:x0=200:y0=100:x1=1700:y1=980:speed=0.012' \
  -loop 1 -framerate 30 -t 24 -i icons/icon.png \
  -f lavfi -i "aevalsrc='0.12*sin(2*PI*220*t)*(0.6+0.4*sin(2*PI*t/6))+0.10*sin(2*PI*277.18*t)*(0.6+0.4*sin(2*PI*t/4))+0.08*sin(2*PI*329.63*t)*(0.6+0.4*sin(2*PI*t/3))':s=48000:d=24" \
  -filter_complex "[1:v]scale=360:360,format=rgba[mark];[0:v][mark]overlay=x='(W-w)/2+220*sin(2*PI*t/12)':y='(H-h)/2+90*sin(2*PI*t/6)',vignette=PI/5,fade=in:0:15,fade=out:705:15,format=yuv420p[picture];[2:a]afade=in:0:d=1,afade=out:st=22:d=2,aformat=channel_layouts=stereo[sound]" \
  -map '[picture]' -map '[sound]' -t 24 -c:v libx264 -preset veryfast -crf 23 -g 60 -c:a aac -b:a 128k \
  -metadata title='A sample film' -movflags +faststart "$film.new.mp4"
mv "$film.new.mp4" "$film"
cat >target/sample.en.srt <<'TEXT'
1
00:00:01,000 --> 00:00:06,000
This film came with Screener.

2
00:00:07,000 --> 00:00:13,000
It is a stream now: made here, on this computer.

3
00:00:14,000 --> 00:00:22,000
Make a link, and somebody else can watch it until you say so.
TEXT
cat >target/sample.de.srt <<'TEXT'
1
00:00:01,000 --> 00:00:06,000
Dieser Film kam mit Screener.

2
00:00:07,000 --> 00:00:13,000
Jetzt ist er ein Stream: hier gemacht, auf diesem Computer.

3
00:00:14,000 --> 00:00:22,000
Mit einem Link kann ihn jemand anderes ansehen, bis Sie nein sagen.
TEXT
printf '%s\n' "$recipe" >target/sample.recipe
