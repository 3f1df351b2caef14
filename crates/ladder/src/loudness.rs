//! How loud a film's sound should be, and by how much it is made louder or quieter for that.
//!
//! Loudness is that of ITU-R BS.1770 and EBU R 128: decibels of the whole, weighted as ears weigh it, pauses left out (LUFS).

use serde::{Deserialize, Serialize};

/// LUFS of a film that is brought there. What Apple asks of podcasts (“Audio requirements”: -16 ± 1, true peaks below -1 dB), and the most
/// that the AES lets streams have (TD1004, TD1008). Broadcasts have -23 (EBU R 128), which phones and laptops play too quietly.
pub const TARGET: f64 = -16.0;

/// Decibels by which sound is made louder at the most: what is quieter than -36 LUFS is mostly its own noise.
const MOST: f64 = 20.0;

/// Decibels of a difference that nobody hears.
const UNHEARD: f64 = 0.1;

/// What is said before a sound is measured.
pub fn read_first() -> String {
    format!(
        "The sound is brought to {TARGET:.0} LUFS: it is read through first, so that the film begins to appear a little later"
    )
}

/// What was measured of a sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// LUFS; `None` where nothing was loud and long enough to count.
    pub integrated: Option<f64>,
    /// The highest true peak, decibels of full scale.
    pub peak: f64,
    /// The true peak that only one moment in twenty of what counts goes beyond.
    pub usual_peak: f64,
}

/// How loud a sound is, and what is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// LUFS of the stereo that is made of it; `None` where nothing was loud and long enough to count.
    pub integrated: Option<f64>,
    /// Its highest true peak, decibels of full scale.
    pub peak: f64,
    /// Decibels by which all of it is made louder.
    pub gain: f64,
    /// Why that is less than it would take.
    pub held: Option<Held>,
}

/// Why a sound stays quieter than others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Its peaks would have to be held down all the time.
    Peaks,
    /// It is so quiet that its noise would be heard.
    Noise,
}

impl Loudness {
    /// What is made of a sound whose peaks are held below `ceiling`, decibels of full scale: a limiter may hold one moment in twenty.
    /// More would be heard, so that the sound stays quieter then.
    pub fn of(measured: Measured, ceiling: f64) -> Self {
        let (mut gain, mut held) = (0.0, None);
        if let Some(integrated) = measured.integrated.filter(|loudness| loudness.is_finite()) {
            gain = TARGET - integrated;
            let room = (ceiling - measured.usual_peak).max(0.0);
            let (most, why) = if room < MOST {
                (room, Held::Peaks)
            } else {
                (MOST, Held::Noise)
            };
            if gain > most + UNHEARD {
                (gain, held) = (most, Some(why));
            }
        }
        Self {
            integrated: measured.integrated.map(hundredths),
            peak: hundredths(measured.peak),
            // As short as it is written: whoever reads it again has the same.
            gain: hundredths(gain),
            held,
        }
    }

    /// In words for the creator.
    pub fn words(&self) -> String {
        let Some(integrated) = self.integrated else {
            return "there is too little of it to measure: it stays as it is".into();
        };
        let by = self.gain.abs();
        match self.held {
            _ if self.gain < -UNHEARD => format!("it was {integrated:.1} LUFS and is made {by:.1} dB quieter"),
            None if by <= UNHEARD => format!("it was {integrated:.1} LUFS and stays as it is"),
            None => format!("it was {integrated:.1} LUFS and is made {by:.1} dB louder"),
            Some(Held::Peaks) if by <= UNHEARD => {
                format!("it was {integrated:.1} LUFS and stays so: its loud moments would be squeezed")
            }
            Some(Held::Peaks) => format!(
                "it was {integrated:.1} LUFS and is made {by:.1} dB louder, not more: its loud moments would be squeezed"
            ),
            Some(Held::Noise) => format!(
                "it was {integrated:.1} LUFS and is made {by:.1} dB louder, not more: its noise would be as loud as others' sound"
            ),
        }
    }
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(integrated: f64, peak: f64, usual_peak: f64) -> (f64, Option<Held>) {
        let measured = Measured {
            integrated: Some(integrated),
            peak,
            usual_peak,
        };
        let found = Loudness::of(measured, -3.0);
        (found.gain, found.held)
    }

    #[test]
    fn to_the_target_as_far_as_peaks_and_noise_let_it() {
        assert_eq!(of(-23.0, -9.0, -12.0), (7.0, None));
        assert_eq!(of(-10.0, 0.5, -1.0), (-6.0, None), "down it always goes");
        assert_eq!(of(-16.0, -1.0, -1.0), (0.0, None), "what is right is left alone");
        assert_eq!(of(-30.0, 0.0, -18.0), (14.0, None), "one clap holds nothing back");
        assert_eq!(of(-30.0, 0.0, -9.0), (6.0, Some(Held::Peaks)));
        assert_eq!(
            of(-18.0, 0.0, -1.0),
            (0.0, Some(Held::Peaks)),
            "and never makes it quieter"
        );
        assert_eq!(of(-50.0, -30.0, -35.0), (20.0, Some(Held::Noise)));
        assert_eq!(of(-23.123_456, -20.0, -20.0), (7.12, None));
    }

    #[test]
    fn what_cannot_be_measured_stays() {
        let measured = |integrated| Measured {
            integrated,
            peak: -120.0,
            usual_peak: -120.0,
        };
        for integrated in [None, Some(f64::NEG_INFINITY), Some(f64::NAN)] {
            let found = Loudness::of(measured(integrated), -3.0);
            assert!(found.gain.abs() < 1e-9, "{found:?}");
        }
    }
}
