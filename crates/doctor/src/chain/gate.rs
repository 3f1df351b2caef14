//! Steps before a playlist: is anybody there, who is let in, and who is not.

use screener_cloudfront::{LinkId, PrivateKey};

use super::{Answer, DRIFT, Fetch, LIFE, Refuser, Step, Stopped, Trouble, Walk, described, refuser};
use crate::look::{bare, date, says};

impl<F: Fetch, T: FnMut(&Step) + Send> Walk<'_, F, T> {
    pub(super) async fn reach(&mut self) -> Result<Answer, Stopped> {
        match self.get(&self.index(), &[]).await {
            Ok(answer) if answer.status == 403 && says(&answer, "can't connect to the server for this app") => {
                self.stop("reach", Trouble {
                    seen: described(&self.index(), &answer),
                    cause: "Nobody sees anything: the distribution is switched off, or it does not know this name.",
                    mend: "In the CloudFront console open Distributions and enable it; a name of your own has to stand under \
                           its alternate domain names.",
                })
            }
            Ok(answer) => {
                self.pass("reach", format!("{} answers", self.origin));
                Ok(answer)
            }
            Err(error) => self.stop("reach", Trouble {
                seen: format!("{}: {error}", self.origin),
                cause: "The name is wrong, the distribution is not deployed yet, or this computer is offline.",
                mend: "Check the network and the destination's domain. A new distribution needs some minutes; the local \
                       one needs Screener running.",
            }),
        }
    }

    pub(super) fn clock(&mut self, answer: &Answer) {
        let Some(theirs) = date(answer) else {
            return self.skip("clock", "the answer has no date");
        };
        let ahead = theirs - self.subject.now;
        if ahead.abs() <= DRIFT {
            return self.pass("clock", format!("they differ by {} s", ahead.abs()));
        }
        let (which, apart) = if ahead > 0 {
            ("ahead of", ahead)
        } else {
            ("behind", -ahead)
        };
        self.fail("clock", Trouble {
            seen: format!("the distribution's clock is {apart} s {which} this computer's"),
            cause: "One of the clocks is wrong, most often this computer's. Links open and end by the distribution's.",
            mend: "Let this computer set its clock from the network.",
        });
    }

    pub(super) async fn page(&mut self) {
        if !self.subject.page {
            return self.skip("page", "no page is expected here");
        }
        let url = format!("{}/watch/index.html", self.origin);
        let trouble = match self.get(&url, &[]).await {
            Ok(answer) if answer.status == 200 && answer.header("content-type").starts_with("text/html") => {
                return self.pass("page", described(&url, &answer));
            }
            Ok(answer) if answer.status == 403 && refuser(&answer) == Refuser::NoSignature => Trouble {
                seen: described(&url, &answer),
                cause: "The page that your links open asks for a signature itself, so nobody sees it: the behavior for \
                        watch/* is missing, or it is restricted.",
                mend: "In the CloudFront console open your distribution, Behaviors, Create behavior: path pattern watch/*, \
                       the bucket as origin, Restrict viewer access: No. Move it above Default (*).",
            },
            Ok(answer) => Trouble {
                seen: described(&url, &answer),
                cause: "The page was not uploaded to this destination, or the bucket does not let the distribution read it: its \
                        origin access control or its policy does not fit.",
                mend: "Publish once more to this destination: that uploads the page.",
            },
            Err(error) => Trouble {
                seen: error.to_string(),
                cause: "The connection broke off.",
                mend: "Try again.",
            },
        };
        self.fail("page", trouble);
    }

    pub(super) async fn unsigned(&mut self, answer: &Answer) {
        const MEND: &str = "In the CloudFront console open your distribution, Behaviors, and edit both *.m3u8 and Default \
                            (*): Restrict viewer access: Yes, Trusted key groups, and the group that holds your key.";
        let mut seen = described(&self.index(), answer);
        let mut answer = answer.clone();
        if refuser(&answer) == Refuser::Function {
            // The viewer-request function wants a name, and says nothing of signatures.
            let url = format!("{}?{}", self.index(), LinkId::random(self.subject.now).query());
            if let Ok(named) = self.get(&url, &[]).await {
                (seen, answer) = (described(&url, &named), named);
            }
        }
        match (answer.status, refuser(&answer)) {
            (403, Refuser::NoSignature) => self.pass("unsigned", seen),
            (403, _) => self.warn("unsigned", Trouble {
                seen,
                cause: "It was refused, but not for want of a signature: the behavior for *.m3u8 may have no trusted key \
                        group, and something behind it refuses.",
                mend: MEND,
            }),
            _ => self.fail("unsigned", Trouble {
                seen,
                cause: "Your films are not private: whoever knows or guesses the address can watch without a link, because \
                        the behavior has no trusted key group.",
                mend: MEND,
            }),
        }
    }

    /// Does the destination know links by their names? The endpoint says so; where it cannot be asked because CloudFront refuses
    /// the link, later steps say why.
    pub(super) async fn names(&mut self, key: &PrivateKey) -> Result<(), Stopped> {
        let name = LinkId::random(self.subject.now);
        self.name = Some(name);
        let link = self.sign(key, LIFE)?;
        let url = self.index_with(&link);
        let Ok(named) = self.get(&url, &[]).await else {
            // Which step that is, is told by the plain link.
            self.name = None;
            self.skip("names", "the connection broke off");
            return Ok(());
        };
        let version: u32 = named.header("x-screener-endpoint").parse().unwrap_or_default();
        let knows = version >= 2 || refuser(&named) == Refuser::Function;
        if !knows {
            self.name = None;
            let plain = self.sign(key, LIFE)?;
            let answer = self.get(&self.index_with(&plain), &[]).await;
            if !answer.is_ok_and(|answer| refuser(&answer) == Refuser::Function) {
                self.skip(
                    "names",
                    "this destination does not know them: its links cannot be taken back, and views are not counted",
                );
                return Ok(());
            }
            // Only a function that knows names refuses a link for having none.
            self.name = Some(name);
        }
        self.report.names = true;
        let others = url.replacen(&name.query(), &LinkId::random(self.subject.now).query(), 1);
        match self.get(&others, &[]).await {
            Ok(answer) if answer.status == 403 => {
                self.pass("names", "a link opens under its own name and under no other");
            }
            Ok(answer) if answer.status != 200 => self.skip("names", &described(&others, &answer)),
            Ok(answer) => self.fail("names", Trouble {
                seen: described(&others, &answer),
                cause: "A link opens under another link's name, so that taking it back would not close it: something on the \
                        way takes the name off, or no key group is asked.",
                mend: "Update the destination to this version of Screener.",
            }),
            Err(error) => self.skip("names", &error.to_string()),
        }
        Ok(())
    }

    /// A link that is in the store of what is taken back: a function that is not there shows nowhere else.
    pub(super) async fn taken_back(&mut self, key: &PrivateKey, segment: &str) {
        let Some(gone) = self.subject.taken_back.filter(|_| self.report.names) else {
            return self.skip(
                "taken-back",
                "this destination has no store of links that were taken back",
            );
        };
        let name = self.name.replace(gone);
        let link = self.sign(key, LIFE);
        let (index, segment) = match &link {
            Ok(link) => (self.index_with(link), self.with(bare(segment), &link.query())),
            Err(Stopped) => return,
        };
        self.name = name;
        for (url, which) in [(index, "*.m3u8"), (segment, "*")] {
            let trouble = match self.get(&url, &[]).await {
                Ok(answer) if answer.status == 403 && says(&answer, "\"taken_back\"") => continue,
                Ok(answer) if answer.status == 403 && says(&answer, "\"unsure\"") => Trouble {
                    seen: described(&url, &answer),
                    cause: "No link opens, because the viewer-request function cannot read its key value store.",
                    mend: "In the CloudFront console open Functions, the function, and associate its KeyValueStore again.",
                },
                Ok(answer) => Trouble {
                    seen: format!("{which}: {}", described(&url, &answer)),
                    cause: "Links that were taken back still open: the viewer-request function is not associated with this \
                            behavior, was not published, or the store lost what was taken back.",
                    mend: "In the CloudFront console open Functions: publish the function, and associate it (viewer request) \
                           with *.m3u8 and Default (*). An update of the stack does the same.",
                },
                Err(error) => {
                    return self.warn(
                        "taken-back",
                        Trouble {
                            seen: error.to_string(),
                            cause: "The connection broke off.",
                            mend: "Try again.",
                        },
                    );
                }
            };
            return self.fail("taken-back", trouble);
        }
        self.pass("taken-back", "refused for the playlist and for a segment");
    }

    /// Links over the same folder that ended an hour ago.
    pub(super) async fn ended(&mut self, key: &PrivateKey, segment: &str) {
        let Ok(link) = self.sign(key, -3600) else { return };
        let index = self.index_with(&link);
        let bare = bare(segment);
        let segment = self.with(bare, &link.query());
        for url in [index, segment, bare.to_owned()] {
            match self.get(&url, &[]).await {
                Ok(answer) if answer.status == 403 => {}
                Ok(answer) => {
                    return self.fail("ended", Trouble {
                        seen: described(&url, &answer),
                        cause: "Ended links still play. A behavior lets requests through whatever their link says: it has \
                                no trusted key group, or a cache in front of the distribution keeps answers.",
                        mend: "In the CloudFront console open your distribution, Behaviors, and set Restrict viewer \
                               access: Yes with your key group in *.m3u8 and Default (*). Take away any other cache \
                               before CloudFront.",
                    });
                }
                Err(error) => {
                    return self.warn(
                        "ended",
                        Trouble {
                            seen: error.to_string(),
                            cause: "The connection broke off.",
                            mend: "Try again.",
                        },
                    );
                }
            }
        }
        self.pass(
            "ended",
            "refused for the playlist and for a segment, as is a segment without a link",
        );
    }
}
