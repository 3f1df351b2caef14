//! Scripts of text, as far as they tell whether it was read in the right encoding.

/// A script, or a family of them that occurs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// A to Z and what was made of it.
    Latin,
    /// Russian, Bulgarian, …
    Cyrillic,
    /// Greek.
    Greek,
    /// Hebrew.
    Hebrew,
    /// Arabic, Persian, …
    Arabic,
    /// Thai.
    Thai,
    /// Chinese characters, and the Japanese syllables that stand between them.
    Han,
    /// Korean.
    Hangul,
    /// Katakana of half width, which is what other encodings look like when they are taken for `Shift_JIS`.
    HalfKatakana,
    /// Any other.
    Other,
}

const ALL: [Script; 10] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Greek,
    Script::Hebrew,
    Script::Arabic,
    Script::Thai,
    Script::Han,
    Script::Hangul,
    Script::HalfKatakana,
    Script::Other,
];

/// The script of a letter; none of what is no letter.
fn of(c: char) -> Option<Script> {
    Some(match c {
        'a'..='z'
        | 'A'..='Z'
        | '\u{C0}'..='\u{D6}'
        | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{24F}'
        | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{590}'..='\u{5FF}' => Script::Hebrew,
        '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' => {
            Script::Arabic
        }
        '\u{E00}'..='\u{E7F}' => Script::Thai,
        '\u{3040}'..='\u{30FF}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' => {
            Script::Han
        }
        '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7AF}' => Script::Hangul,
        '\u{FF66}'..='\u{FF9F}' => Script::HalfKatakana,
        // Neither raised letters and accents nor single letters of Korean, which stand in no word.
        _ if c.is_alphabetic() && !matches!(c, 'ª' | 'º' | '\u{300}'..='\u{36F}' | '\u{3130}'..='\u{318F}') => {
            Script::Other
        }
        _ => return None,
    })
}

/// Signs that stand in captions only by mistake.
fn is_strange(c: char) -> bool {
    let usual = matches!(
        c,
        '\0'..='\u{7F}'
            | '\u{A0}'..='\u{A3}'
            | '\u{A5}'
            | '\u{A7}'..='\u{AB}'
            | '\u{AE}'
            | '\u{B0}'
            | '\u{B7}'
            | '\u{BA}'..='\u{BF}'
            | '\u{300}'..='\u{36F}'
            | '\u{2000}'..='\u{205E}'
            | '\u{20AC}'
            | '\u{2122}'
            | '\u{266A}'..='\u{266F}'
            | '\u{3000}'..='\u{303F}'
            | '\u{FF00}'..='\u{FF65}'
    );
    !usual && of(c).is_none()
}

/// Signs of Windows-1252 that stand between two letters: letters of an older encoding (CP850, Mac OS Roman).
fn within_words(text: &str) -> usize {
    let letters: Vec<char> = text.chars().collect();
    let inside = letters.windows(3).filter(|three| {
        three[0].is_alphabetic()
            && three[2].is_alphabetic()
            && matches!(
                three[1],
                '‚' | 'ƒ' | '„' | '†' | '‡' | 'ˆ' | '‰' | '‹' | '˜' | '›' | '¢' | '£' | '¤' | '¥'
            )
    });
    inside.count()
}

/// How many letters outside ASCII each script has, most first.
fn counts(text: &str) -> Vec<(Script, usize)> {
    let mut counts: Vec<(Script, usize)> = ALL.iter().map(|script| (*script, 0)).collect();
    for script in text.chars().filter(|c| !c.is_ascii()).filter_map(of) {
        if let Some(entry) = counts.iter_mut().find(|entry| entry.0 == script) {
            entry.1 += 1;
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// The script of most letters outside ASCII.
pub fn main(text: &str) -> Option<Script> {
    counts(text)
        .first()
        .filter(|(_, count)| *count > 0)
        .map(|entry| entry.0)
}

/// Whether text looks like something that was written: no control characters, one script outside ASCII (the `wanted` one),
/// scripts not mixed within words, and of Latin letters not most with accents, which is what Russian looks like in
/// Windows-1252.
pub fn fits(text: &str, wanted: Option<Script>) -> bool {
    let odd = |c: char| matches!(c, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{2500}'..='\u{259F}' | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}');
    if text.chars().any(odd) {
        return false;
    }
    let signs = text.chars().filter(|c| is_strange(*c)).count();
    let counts = counts(text);
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    let Some(&(main, most)) = counts.first().filter(|_| all > 0) else {
        // Dashes, quotes and music alone.
        return signs == 0 && within_words(text) == 0;
    };
    if most * 10 < all * 8
        || signs * 4 > all
        || wanted.is_some_and(|wanted| wanted != main)
        || main == Script::HalfKatakana
    {
        return false;
    }
    if main == Script::Latin {
        let ascii = text.chars().filter(char::is_ascii_alphabetic).count();
        return all <= ascii && within_words(text) * 4 <= all;
    }
    // Scripts with letters; Chinese and Korean stand beside Latin words without a gap.
    if matches!(main, Script::Han | Script::Hangul) {
        return true;
    }
    let (mut pure, mut mixed) = (0, 0);
    // Of one old encoding's capitals another makes small letters.
    let (mut upright, mut inverted) = (0, 0);
    for word in text.split(|c: char| of(c).is_none()) {
        let foreign = word.chars().any(|c| of(c) == Some(main));
        let latin = word.chars().any(|c| of(c) == Some(Script::Latin));
        pure += usize::from(foreign && !latin);
        mixed += usize::from(foreign && latin);
        let letters: Vec<char> = word.chars().collect();
        if letters
            .windows(2)
            .any(|pair| pair[0].is_lowercase() && pair[1].is_uppercase())
        {
            inverted += 1;
        } else {
            upright += usize::from(foreign);
        }
    }
    mixed * 4 <= pure && inverted * 2 <= upright
}
