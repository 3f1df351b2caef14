//! Many names at once: a pasted list, or a table as a spreadsheet saves it; and the links to them, as a table that it opens.

use std::path::Path;

use super::link_view::LinkView;
use crate::Result;
use crate::cause::Cause;
use crate::computer::own_files::file_error;

/// Links that are made at once.
const MOST: usize = 5000;
/// Characters of a name.
const LONGEST: usize = 200;

/// For whom a link is, as it is kept: one line, without what no one typed.
pub(super) fn name(text: &str) -> Result<String> {
    let words: Vec<_> = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let name = words.join(" ");
    if name.chars().count() > LONGEST {
        return Err(Cause::NameTooLong { most: LONGEST }.into());
    }
    Ok(name)
}

/// The names of a table: its column that is headed `name` (in English or German), else its first one. Comma, semicolon or tab
/// between columns. A list of lines is a table of one column, whose names may have commas: `Anna, distribution`.
///
/// # Errors
/// `no_names`, `too_many_names`, `wrong_name`.
pub fn names(table: &[u8]) -> Result<Vec<String>> {
    let text = text(table);
    let text = text.trim_start_matches('\u{feff}');
    let delimiter = delimiter(text);
    if delimiter == b',' && !is_table(text) {
        return listed(text.split(['\r', '\n']));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let rows = reader
        .records()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Cause::WrongTable {
            error: error.to_string(),
        })?;
    let head = rows.first().and_then(|row| row.iter().position(is_heading));
    let cells = rows.iter().skip(usize::from(head.is_some()));
    listed(cells.map(|row| row.get(head.unwrap_or(0)).unwrap_or_default()))
}

fn listed<'a>(cells: impl Iterator<Item = &'a str>) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (number, cell) in cells.enumerate() {
        let name = name(cell)?;
        let heading = number == 0 && is_heading(&name);
        if !heading && !name.is_empty() {
            names.push(name);
        }
        if names.len() > MOST {
            return Err(Cause::TooManyNames { most: MOST }.into());
        }
    }
    if names.is_empty() {
        return Err(Cause::NoNames.into());
    }
    Ok(names)
}

fn is_heading(cell: &str) -> bool {
    matches!(cell.trim().to_lowercase().as_str(), "name" | "names" | "namen")
}

/// Whether commas part columns: there is a heading or a quote, or each line has as many of them and none is followed by a space.
fn is_table(text: &str) -> bool {
    let mut lines = text.split(['\r', '\n']).filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else { return false };
    let commas = |line: &str| line.matches(',').count();
    text.contains('"')
        || (commas(first) > 0 && first.split(',').any(is_heading))
        || (commas(first) > 0 && !text.contains(", ") && lines.all(|line| commas(line) == commas(first)))
}

/// Links as a table that spreadsheets open: for whom, the page, the playlist, its end.
///
/// # Errors
/// Where the file cannot be written.
pub async fn save_links(path: &Path, links: &[LinkView]) -> Result<()> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let row = |cells: [&str; 4], table: &mut csv::Writer<Vec<u8>>| {
        table.write_record(cells).map_err(crate::AppError::internal)
    };
    row(["name", "page", "playlist", "ends"], &mut table)?;
    for link in links {
        let playlist = link.link.as_deref().unwrap_or_default();
        row([&harmless(&link.name), &link.page, playlist, &link.expires], &mut table)?;
    }
    let text = table.into_inner().map_err(crate::AppError::internal)?;
    // The mark tells spreadsheets that it is UTF-8.
    let whole = [&b"\xef\xbb\xbf"[..], &text].concat();
    tokio::fs::write(path, whole)
        .await
        .map_err(|error| file_error(path, &error))
}

/// A name that a spreadsheet would calculate (CWE-1236) is shown as it is.
fn harmless(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@']) {
        format!("'{name}")
    } else {
        name.to_owned()
    }
}

/// What stands between columns: whatever of the three the first line has outside of quotes; a tab before a semicolon before a comma.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let mut quoted = false;
    let mut met = [false; 2];
    for byte in first.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\t' if !quoted => met[0] = true,
            b';' if !quoted => met[1] = true,
            _ => {}
        }
    }
    match met {
        [true, _] => b'\t',
        [false, true] => b';',
        [false, false] => b',',
    }
}

/// Spreadsheets save UTF-8, UTF-16 with a mark at its beginning, or what Windows has had since before.
fn text(table: &[u8]) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(table) {
        return encoding.decode(table).0.into_owned();
    }
    match std::str::from_utf8(table) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(table).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_as_spreadsheets_save_them() {
        let cases: [(&[u8], &[&str]); 14] = [
            (b"Anna, Verleih\nBen\n\n", &["Anna, Verleih", "Ben"]),
            (b"Anna, distribution", &["Anna, distribution"]),
            (b"Anna,a@b.example\nBen,b@b.example\n", &["Anna", "Ben"]),
            (b"Anna\nBen\n", &["Anna", "Ben"]),
            (b"Anna\r\n\r\n  Ben  \r\n", &["Anna", "Ben"]),
            (b"Anna\rBen\r", &["Anna", "Ben"]),
            (b"Name,E-mail\nAnna,a@b.example\nBen,\n", &["Anna", "Ben"]),
            (b"E-mail;Name\na@b.example;Anna\nb@b.example;Ben\n", &["Anna", "Ben"]),
            (
                b"\"Anna, distribution\",1\n\"Ben \"\"B\"\"\",2",
                &["Anna, distribution", "Ben \"B\""],
            ),
            (b"Anna\tdistribution\nBen\tfestival", &["Anna", "Ben"]),
            (b"\xef\xbb\xbfName\nJ\xc3\xbcrgen\n", &["Jürgen"]),
            (b"Name\nJ\xfcrgen\n", &["Jürgen"]),
            (b"\xff\xfeN\0a\0m\0e\0\n\0A\0n\0n\0a\0", &["Anna"]),
            (b"Anna\nAnna\n", &["Anna", "Anna"]),
        ];
        for (table, expected) in cases {
            assert_eq!(
                names(table).expect("names"),
                expected,
                "{}",
                String::from_utf8_lossy(table)
            );
        }
    }

    #[test]
    fn what_is_no_list_is_said() {
        for (table, code) in [
            (Vec::new(), "no_names"),
            (b"Name;Mail\n\n ; \n".to_vec(), "no_names"),
            ("x\n".repeat(5001).into_bytes(), "too_many_names"),
            ("x".repeat(201).into_bytes(), "wrong_name"),
        ] {
            assert_eq!(names(&table).expect_err("none").code, code);
        }
        assert_eq!(
            name(" Anna,\u{7}\tdistribution\n").expect("a name"),
            "Anna, distribution"
        );
    }
}
