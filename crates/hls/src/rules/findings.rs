//! What came of judging: the rules that do not hold, and those that could be judged.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What Apple (or the RFC) asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// Players may fail.
    Must,
    /// Players, or viewers, are better off.
    Should,
}

/// One rule that does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Number in Apple's specification (`9.14`), or `RFC 8216 4.3.3.1`.
    pub rule: String,
    /// MUST or SHOULD.
    pub level: Level,
    /// Where: a playlist's or a segment's path, or a line's own name.
    pub subject: String,
    /// What the rule asks.
    pub asks: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub mend: String,
}

/// What came of judging.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What does not hold: MUST first.
    pub findings: Vec<Finding>,
    /// Numbers of the rules that could be judged.
    pub judged: BTreeSet<String>,
    /// How many playlists were read.
    pub playlists: usize,
}

impl Report {
    /// No MUST is broken.
    pub fn is_ok(&self) -> bool {
        self.findings.iter().all(|finding| finding.level != Level::Must)
    }
}

/// Takes down, rule by rule, what holds and what does not.
#[derive(Default)]
pub(super) struct Judge {
    report: Report,
}

/// One rule, as its table writes it: number, level, what it asks, what to do.
pub(super) type Rule = (&'static str, Level, &'static str, &'static str);

impl Judge {
    pub(super) fn judged(&mut self, rule: &str) {
        if !self.report.judged.contains(rule) {
            self.report.judged.insert(rule.to_owned());
        }
    }

    /// Counts the rule, and notes the finding unless `holds`. `found` is asked for only then.
    pub(super) fn expect(&mut self, rule: Rule, subject: &str, holds: bool, found: impl FnOnce() -> String) {
        self.judged(rule.0);
        if !holds {
            self.report.findings.push(Finding {
                rule: rule.0.to_owned(),
                level: rule.1,
                subject: subject.to_owned(),
                asks: rule.2.to_owned(),
                found: found(),
                mend: rule.3.to_owned(),
            });
        }
    }

    /// The playlist's own grammar.
    pub(super) fn broken(&mut self, rule: &str, subject: &str, found: String) {
        self.judged(rule);
        self.report.findings.push(Finding {
            rule: rule.to_owned(),
            level: Level::Must,
            subject: subject.to_owned(),
            asks: "A playlist is written as the RFC says.".to_owned(),
            found,
            mend: "Publish the stream again, or mend the program that wrote it.".to_owned(),
        });
    }

    /// One more playlist was read.
    pub(super) fn read_one(&mut self) {
        self.report.playlists += 1;
    }

    /// All of it, in order.
    pub(super) fn report(self) -> Report {
        let mut report = self.report;
        report
            .findings
            .sort_by(|a, b| (a.level, number(&a.rule), &a.subject).cmp(&(b.level, number(&b.rule), &b.subject)));
        report
    }
}

/// `9.14` as numbers, so that findings stand in the specification's order; the RFC's come last.
fn number(rule: &str) -> (u32, u32) {
    let mut parts = rule
        .split('.')
        .map(|part| part.trim_end_matches(char::is_alphabetic).parse().unwrap_or(u32::MAX));
    (parts.next().unwrap_or(u32::MAX), parts.next().unwrap_or(0))
}
