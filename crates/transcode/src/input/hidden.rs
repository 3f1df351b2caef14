//! Packets that a container says not to show: what an edit list leaves out, and what is decoded for others' sake around a cut.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::packet::Ref;
use ffmpeg_next::ffi;

/// Whether the container says not to show what a packet holds.
pub fn hidden(packet: &ffmpeg::Packet) -> bool {
    // SAFETY: a plain field of a packet that lives as long as the reference.
    unsafe { (*packet.as_ptr()).flags & ffi::AV_PKT_FLAG_DISCARD != 0 }
}

/// Whether pictures can be copied without those that are hidden: what is hidden begins with a key picture, and ends before one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cuts {
    hidden: bool,
}

impl Cuts {
    /// Takes the next picture in the order of decoding; false where it, or what is hidden before it, cannot be left out.
    pub fn clean(&mut self, hidden: bool, key: bool) -> bool {
        let before = std::mem::replace(&mut self.hidden, hidden);
        key || hidden == before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_key_pictures_alone_are_clean() {
        let clean = |pictures: &str| {
            let mut cuts = Cuts::default();
            pictures
                .chars()
                .all(|picture| cuts.clean(matches!(picture, 'k' | 'p'), matches!(picture, 'K' | 'k')))
        };
        // Capitals are shown, K and k are key pictures.
        assert!(clean("KPPPKPPP"));
        assert!(
            clean("KPPPkKPPPk") && clean("KPPPkpppkpppKPPPkppp"),
            "pieces of whole groups"
        );
        assert!(clean("KKkkKK"), "key pictures alone");
        assert!(!clean("KPPpkKPP"), "a piece that ends in a group");
        assert!(!clean("KPPkPPP"), "a piece that begins in a group");
        assert!(!clean("KPpP"), "a hidden picture that another needs");
    }
}
