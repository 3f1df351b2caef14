//! What a stream sounds like: its decoded samples, and what can be heard in them.

use std::f64::consts::TAU;
use std::path::Path;
use std::process::Command;

/// Samples per second of what is heard.
const RATE: f64 = 48_000.0;

/// Decoded stereo.
pub struct Heard(Vec<[f32; 2]>);

/// Decodes the sound of a file or playlist as the command line's decoder has it.
pub fn hear(path: &Path) -> Heard {
    let output = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-nostdin",
            "-threads",
            "1",
            "-allowed_extensions",
            "ALL",
            "-i",
        ])
        .arg(path)
        .args(["-map", "0:a:0", "-ar", "48000", "-f", "f32le", "-"])
        .output()
        .expect("ffmpeg is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let floats: Vec<f32> = output
        .stdout
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect();
    Heard(floats.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect())
}

impl Heard {
    /// Seconds.
    pub fn lasts(&self) -> f64 {
        self.0.len() as f64 / RATE
    }

    fn between(&self, from: f64, to: f64) -> &[[f32; 2]] {
        let at = |seconds: f64| ((seconds * RATE) as usize).min(self.0.len());
        &self.0[at(from)..at(to)]
    }

    /// Amplitude of a tone in each side, over whole seconds.
    pub fn tone(&self, hertz: f64, from: f64, to: f64) -> [f64; 2] {
        let samples = self.between(from, to);
        [0, 1].map(|side| {
            let (mut sine, mut cosine) = (0.0, 0.0);
            for (at, pair) in samples.iter().enumerate() {
                let angle = TAU * hertz * at as f64 / RATE;
                sine += f64::from(pair[side]) * angle.sin();
                cosine += f64::from(pair[side]) * angle.cos();
            }
            sine.hypot(cosine) * 2.0 / samples.len() as f64
        })
    }

    /// The least and the most that a tone has in any twentieth of a second, in either side.
    pub fn unbroken(&self, hertz: f64, from: f64, to: f64) -> [f64; 2] {
        let parts = (from * 20.0).ceil() as usize..(to * 20.0) as usize;
        let all = parts.flat_map(|part| {
            let begin = part as f64 / 20.0;
            self.tone(hertz, begin, begin + 0.05)
        });
        all.fold([f64::INFINITY, 0.0], |[least, most], now| {
            [now.min(least), now.max(most)]
        })
    }

    /// Stretches of five milliseconds in which a tone falls below a third of its amplitude, in either side.
    pub fn holes(&self, amplitude: f64, from: f64, to: f64) -> usize {
        self.between(from, to)
            .chunks_exact(240)
            .filter(|piece| {
                [0, 1].iter().any(|&side| {
                    let most = piece.iter().fold(0.0_f32, |most, pair| most.max(pair[side].abs()));
                    f64::from(most) < amplitude / 3.0
                })
            })
            .count()
    }

    /// The first moment at which either side is louder than this, from a moment on.
    pub fn begins(&self, amplitude: f64, from: f64) -> f64 {
        let behind = self.between(from, f64::INFINITY);
        let at = behind
            .iter()
            .position(|pair| pair.iter().any(|sample| f64::from(sample.abs()) > amplitude));
        at.map_or(f64::INFINITY, |at| from + at as f64 / RATE)
    }
}

/// Decibels of an amplitude above another.
pub fn decibels(amplitude: f64, above: f64) -> f64 {
    20.0 * (amplitude / above).log10()
}
