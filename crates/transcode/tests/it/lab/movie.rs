//! An MP4 whose boxes are rewritten (ISO/IEC 14496-12): the tables behind `mdat`, so that no offset changes.

use std::path::Path;

const HOLDERS: [[u8; 4]; 7] = [*b"moov", *b"trak", *b"mdia", *b"minf", *b"stbl", *b"edts", *b"mvex"];

enum Body {
    Boxes(Vec<Atom>),
    Bytes(Vec<u8>),
}

struct Atom {
    kind: [u8; 4],
    body: Body,
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn parse(bytes: &[u8]) -> Vec<Atom> {
    let (mut atoms, mut at) = (Vec::new(), 0);
    while at + 8 <= bytes.len() {
        let size = number(bytes, at) as usize;
        let kind: [u8; 4] = bytes[at + 4..at + 8].try_into().expect("four bytes");
        let inside = &bytes[at + 8..at + size];
        let body = if HOLDERS.contains(&kind) {
            Body::Boxes(parse(inside))
        } else {
            Body::Bytes(inside.to_vec())
        };
        atoms.push(Atom { kind, body });
        at += size;
    }
    atoms
}

fn bytes(atoms: &[Atom]) -> Vec<u8> {
    let mut out = Vec::new();
    for atom in atoms {
        let inside = match &atom.body {
            Body::Boxes(atoms) => bytes(atoms),
            Body::Bytes(bytes) => bytes.clone(),
        };
        out.extend((inside.len() as u32 + 8).to_be_bytes());
        out.extend(atom.kind);
        out.extend(inside);
    }
    out
}

/// The bytes of the first box below these, by its path.
fn find<'a>(atoms: &'a mut [Atom], path: &[[u8; 4]]) -> Option<&'a mut Body> {
    let (first, rest) = path.split_first()?;
    let body = &mut atoms.iter_mut().find(|atom| atom.kind == *first)?.body;
    match (rest.is_empty(), body) {
        (true, body) => Some(body),
        (false, Body::Boxes(atoms)) => find(atoms, rest),
        (false, Body::Bytes(_)) => None,
    }
}

fn data<'a>(atoms: &'a mut [Atom], path: &[[u8; 4]]) -> &'a mut Vec<u8> {
    match find(atoms, path) {
        Some(Body::Bytes(bytes)) => bytes,
        _ => panic!("no box {path:?}"),
    }
}

fn rewrite(film: &Path, change: impl FnOnce(&mut Vec<Atom>)) {
    let mut atoms = parse(&std::fs::read(film).expect("made"));
    let moov = atoms.iter_mut().find(|atom| atom.kind == *b"moov").expect("tables");
    let Body::Boxes(moov) = &mut moov.body else {
        panic!("moov holds boxes")
    };
    change(moov);
    std::fs::write(film, bytes(&atoms)).expect("written");
}

fn tracks(moov: &mut [Atom]) -> impl Iterator<Item = &mut Vec<Atom>> {
    moov.iter_mut()
        .filter(|atom| atom.kind == *b"trak")
        .filter_map(|atom| match &mut atom.body {
            Body::Boxes(atoms) => Some(atoms),
            Body::Bytes(_) => None,
        })
}

/// Leaves of every track these pieces alone, by an edit list: where each begins in the film as it was, and how long it is, seconds.
pub fn keep_pieces(film: &Path, pieces: &[(f64, f64)]) {
    let total: f64 = pieces.iter().map(|(_, length)| length).sum();
    rewrite(film, |moov| {
        let scale = f64::from(number(data(moov, &[*b"mvhd"]), 12));
        for track in tracks(moov) {
            let clock = f64::from(number(data(track, &[*b"mdia", *b"mdhd"]), 12));
            let base = match find(track, &[*b"edts", *b"elst"]) {
                Some(Body::Bytes(list)) => (number(list, 12) as i32).max(0),
                _ => 0,
            };
            let mut list = vec![0; 4];
            list.extend((pieces.len() as u32).to_be_bytes());
            for (begin, length) in pieces {
                list.extend(((length * scale).round() as u32).to_be_bytes());
                list.extend((base + (begin * clock).round() as i32).to_be_bytes());
                list.extend([0, 1, 0, 0]);
            }
            track.retain(|atom| atom.kind != *b"edts");
            let list = Atom {
                kind: *b"elst",
                body: Body::Bytes(list),
            };
            track.push(Atom {
                kind: *b"edts",
                body: Body::Boxes(vec![list]),
            });
            data(track, &[*b"tkhd"])[20..24].copy_from_slice(&((total * scale).round() as u32).to_be_bytes());
        }
        data(moov, &[*b"mvhd"])[16..20].copy_from_slice(&((total * scale).round() as u32).to_be_bytes());
    });
}

/// Adds a box to the first track's sample description.
pub fn describe(film: &Path, kind: [u8; 4], inside: &[u8]) {
    rewrite(film, |moov| {
        let track = tracks(moov).next().expect("a track");
        let table = data(track, &[*b"mdia", *b"minf", *b"stbl", *b"stsd"]);
        let size = number(table, 8) + inside.len() as u32 + 8;
        assert_eq!(size as usize + 8, table.len() + inside.len() + 8, "one description");
        table[8..12].copy_from_slice(&size.to_be_bytes());
        table.extend((inside.len() as u32 + 8).to_be_bytes());
        table.extend(kind);
        table.extend(inside);
    });
}

/// Takes away the tracks of text, and what refers to them.
pub fn drop_text(film: &Path) {
    rewrite(film, |moov| {
        moov.retain_mut(|atom| match &mut atom.body {
            Body::Boxes(track) if atom.kind == *b"trak" => {
                track.retain(|atom| atom.kind != *b"tref");
                data(track, &[*b"mdia", *b"hdlr"])[8..12] != *b"text"
            }
            _ => true,
        });
    });
}
