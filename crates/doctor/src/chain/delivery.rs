//! From the signed link to the first bytes of a segment.

use screener_cloudfront::{Signature, verify::matches};

use super::{Answer, Fetch, Fetched, Refuser, Step, Stopped, Trouble, Walk, described, refuser};
use crate::look::{bare, names_playlist, parameter, resolve, uris};

const TRY_AGAIN: &str = "Try again; if it stays, ask whoever runs the destination.";

impl<F: Fetch, T: FnMut(&Step) + Send> Walk<'_, F, T> {
    pub(super) async fn playlist(&mut self, link: &Signature) -> Result<Fetched, Stopped> {
        let url = format!("{}?{}&{}", self.index(), link.forwarded_query(), link.query());
        let answer = match self.get(&url, &[]).await {
            Ok(answer) => answer,
            Err(error) => return self.broke_off("playlist", &error.to_string()),
        };
        if let Some(trouble) = untrusted(&url, &answer) {
            return self.stop("key-group", trouble);
        }
        self.pass(
            "key-group",
            format!("the key {} was accepted", self.subject.key_pair_id),
        );
        let body = String::from_utf8_lossy(&answer.body);
        if answer.status == 400 && body.contains("no_link") {
            return self.stop("copies", Trouble {
                seen: described(&url, &answer),
                cause: "CloudFront takes Policy, Signature and Key-Pair-Id off a request before it calls an origin. Their \
                        cf- copies did not arrive either: the cache policy of *.m3u8 does not hold them.",
                mend: "Give the behavior *.m3u8 a cache policy whose key has the query strings cf-Policy, cf-Signature, \
                       cf-Key-Pair-Id and cf-Hash-Algorithm.",
            });
        }
        if let Some(trouble) = no_playlist(&url, &answer) {
            return self.stop("playlist", trouble);
        }
        self.pass("copies", "the endpoint answered with them");
        self.pass("playlist", described(&url, &answer));
        Ok(Fetched { url, answer })
    }

    /// Every URI of a playlist carries the link that the playlist was asked for with.
    pub(super) fn rewritten(&mut self, playlist: &Fetched, link: &Signature) -> Result<(), Stopped> {
        match unlinked(playlist, link) {
            None => {
                self.pass(
                    "rewritten",
                    format!("{} addresses, each with this link", uris(&playlist.answer.body).len()),
                );
                Ok(())
            }
            Some(trouble) => self.stop("rewritten", trouble),
        }
    }

    pub(super) async fn media_playlist(&mut self, playlist: &Fetched, link: &Signature) -> Result<Fetched, Stopped> {
        let Some(uri) = uris(&playlist.answer.body).into_iter().find(|uri| names_playlist(uri)) else {
            self.skip("media-playlist", "the playlist is a media playlist itself");
            return Ok(Fetched {
                url: playlist.url.clone(),
                answer: playlist.answer.clone(),
            });
        };
        let url = resolve(&playlist.url, &uri);
        let answer = match self.get(&url, &[]).await {
            Ok(answer) => answer,
            Err(error) => return self.broke_off("media-playlist", &error.to_string()),
        };
        if let Some(trouble) = untrusted(&url, &answer).or_else(|| no_playlist(&url, &answer)) {
            return self.stop("media-playlist", trouble);
        }
        let media = Fetched { url, answer };
        if let Some(trouble) = unlinked(&media, link) {
            return self.stop("media-playlist", trouble);
        }
        self.pass("media-playlist", described(&media.url, &media.answer));
        Ok(media)
    }

    /// The URL of a segment, if the policy covers it.
    pub(super) fn path(&mut self, media: &Fetched) -> Result<String, Stopped> {
        let Some(uri) = uris(&media.answer.body).into_iter().rfind(|uri| !names_playlist(uri)) else {
            return self.stop(
                "path",
                Trouble {
                    seen: format!("{} names no segment", bare(&media.url)),
                    cause: "The film is still being published, or its playlist was cut off.",
                    mend: "Wait until the first segments are there, or publish the film again.",
                },
            );
        };
        let url = resolve(&media.url, &uri);
        let resource = format!("{}/*", self.folder);
        if matches(&resource, bare(&url)) {
            self.pass("path", format!("{} lies under {resource}", bare(&url)));
            return Ok(url);
        }
        self.stop("path", Trouble {
            seen: format!("the playlist names {}, and the policy covers {resource}", bare(&url)),
            cause: "The path of the playlist and the path of its segments differ, so every segment is refused (403). Most \
                    often an origin path or a prefix is part of one of them and not of the other.",
            mend: "Keep playlists and segments under the same path, name them by relative addresses, and give both \
                   origins the same view of the bucket (no origin path on one of them alone).",
        })
    }

    pub(super) async fn segment(&mut self, url: &str) -> Result<Answer, Stopped> {
        let answer = match self.get(url, &[]).await {
            Ok(answer) => answer,
            Err(error) => return self.broke_off("segment", &error.to_string()),
        };
        let seen = described(url, &answer);
        let trouble = match (answer.status, refuser(&answer)) {
            (200, _) => {
                let kind = answer.header("content-type");
                if kind.is_empty() || kind.ends_with("octet-stream") {
                    self.warn(
                        "segment",
                        Trouble {
                            seen: format!("{seen}, served as {kind:?}"),
                            cause: "The object was stored without its content type.",
                            mend: "Publish the film again; copy tools must keep the metadata of objects.",
                        },
                    );
                } else {
                    self.pass("segment", format!("{seen}, {kind}, {} bytes", answer.body.len()));
                }
                return Ok(answer);
            }
            (403, Refuser::Bucket) => Trouble {
                seen,
                cause: "The bucket refused the distribution (or the object is missing, which S3 does not tell apart): the \
                        origin access control or the bucket's policy does not fit.",
                mend: "Give the bucket's origin an origin access control, and let the bucket's policy allow \
                       s3:GetObject for this distribution's ARN.",
            },
            (403, _) => Trouble {
                seen,
                cause: "CloudFront refused the segment although it let the playlist through: the default behavior has \
                        another key group, or the address was changed on its way.",
                mend: "Give the default behavior the same trusted key group as *.m3u8.",
            },
            (404, _) => Trouble {
                seen,
                cause: "The object is missing.",
                mend: "Publish the film again; if something cleans up the bucket, keep it from the films.",
            },
            _ => Trouble {
                seen,
                cause: "The bucket's origin did not answer as it should.",
                mend: TRY_AGAIN,
            },
        };
        self.stop("segment", trouble)
    }

    pub(super) async fn range(&mut self, url: &str, whole: &Answer) {
        let trouble = match self.get(url, &[("range", "bytes=1-2")]).await {
            Ok(answer) if answer.status == 206 && whole.body.get(1..3) == Some(answer.body.as_slice()) => {
                return self.pass("range", answer.header("content-range").to_owned());
            }
            Ok(answer) => Trouble {
                seen: format!(
                    "{}, asked for bytes 1 and 2, got {} bytes",
                    described(url, &answer),
                    answer.body.len()
                ),
                cause: "Something on the way does not know byte ranges; players that seek by them load whole segments.",
                mend: "Serve segments from S3 through CloudFront alone; take proxies that change answers away.",
            },
            Err(error) => Trouble {
                seen: error.to_string(),
                cause: "The connection broke off.",
                mend: TRY_AGAIN,
            },
        };
        self.fail("range", trouble);
    }

    fn broke_off<R>(&mut self, step: &str, error: &str) -> Result<R, Stopped> {
        self.stop(
            step,
            Trouble {
                seen: error.to_owned(),
                cause: "The connection broke off.",
                mend: TRY_AGAIN,
            },
        )
    }
}

/// CloudFront itself refused a signed request.
fn untrusted(url: &str, answer: &Answer) -> Option<Trouble> {
    let seen = described(url, answer);
    match (answer.status, refuser(answer)) {
        (403, Refuser::UnknownKey) => Some(Trouble {
            seen,
            cause: "The distribution does not know this key: the public half is not in the key group of the behavior, or \
                    the id belongs to another distribution.",
            mend: "Add the public key to the trusted key group of *.m3u8 and of the default behavior, and use the id that \
                   CloudFront gave it.",
        }),
        (403, Refuser::Signature | Refuser::NoSignature) => Some(Trouble {
            seen,
            cause: "The distribution knows a key under this id, and it is another one; or links are signed for another \
                    name than the distribution's (an alternate domain name), or with SHA-256 where it knows SHA-1 alone.",
            mend: "Compare the fingerprints of both halves of the key, and the domain of the destination with the one that \
                   viewers use.",
        }),
        _ => None,
    }
}

fn no_playlist(url: &str, answer: &Answer) -> Option<Trouble> {
    let seen = described(url, answer);
    let body = String::from_utf8_lossy(&answer.body);
    let trouble = |cause, mend| {
        Some(Trouble {
            seen: seen.clone(),
            cause,
            mend,
        })
    };
    match (answer.status, refuser(answer)) {
        (200, _) if answer.body.starts_with(b"#EXTM3U") => None,
        (200, _) => trouble(
            "What came is no playlist.",
            "Check that the behavior *.m3u8 leads to the endpoint, and publish the film again.",
        ),
        (403, Refuser::Fence) => trouble(
            "The endpoint wants the secret that the distribution adds (x-origin-verify), and got none or another one.",
            "Give the distribution's origin and the endpoint the same secret.",
        ),
        (403, Refuser::Bucket) => trouble(
            "The request went to the bucket instead of the endpoint: the behavior *.m3u8 is missing or stands behind \
             another one.",
            "Put the behavior *.m3u8 first, with API Gateway as its origin.",
        ),
        (403, _) if body.contains("Missing Authentication Token") => trouble(
            "API Gateway has no such path: the origin path lacks the stage, or the API has no {proxy+} resource.",
            "Set the origin path to the stage (/live), and deploy the API with a {proxy+} resource.",
        ),
        (403, _) if body.contains("Forbidden") => trouble(
            "API Gateway does not know the host: the viewer's Host header was forwarded to it.",
            "Use the origin request policy AllViewerExceptHostHeader, or none.",
        ),
        (404, _) => trouble(
            "The endpoint found no such playlist: the film is not published yet, or the endpoint's role may not read \
             the bucket.",
            "Look whether the film is live; give the role s3:GetObject on <prefix>/*.m3u8.",
        ),
        (400 | 405 | 413, _) => trouble("The endpoint refused the request, in its own words above.", TRY_AGAIN),
        (500, _) => trouble(
            "API Gateway may not call the Lambda function. Its log says \u{201c}Invalid permissions on Lambda \
             function\u{201d}; the viewer sees an internal error.",
            "Add a resource-based permission: lambda:InvokeFunction for apigateway.amazonaws.com, with this API's ARN as \
             source.",
        ),
        (502, _) => trouble(
            "The endpoint failed, or could not read the bucket: a wrong bucket name, region or role.",
            "Look into the function's log under the request id of the answer; check its bucket setting and its role.",
        ),
        (504, _) => trouble(
            "The endpoint did not answer within the time that API Gateway waits (29 s).",
            "Look into the function's log: a time limit, a network (VPC) without a way to S3, or too little memory.",
        ),
        _ => trouble("The way to the endpoint is broken.", TRY_AGAIN),
    }
}

/// What is wrong with the links inside a playlist.
fn unlinked(playlist: &Fetched, link: &Signature) -> Option<Trouble> {
    let policy = link.policy().unwrap_or_default();
    for uri in uris(&playlist.answer.body) {
        let inner = bare(&uri).to_owned();
        let seen = |what: &str| format!("in {}, {inner} {what}", bare(&playlist.url));
        match parameter(&uri, "Policy") {
            None => {
                return Some(Trouble {
                    seen: seen("carries no link"),
                    cause: "The playlist came as it lies in the bucket: the behavior *.m3u8 leads to the bucket and not to \
                            the endpoint, or stands behind the default one.",
                    mend: "Put the behavior *.m3u8 first, with API Gateway as its origin.",
                });
            }
            Some(found) if found != policy => {
                return Some(Trouble {
                    seen: seen("carries the link of somebody else"),
                    cause: "A cache gave this viewer another viewer's playlist: the cf- parameters are forwarded but are \
                            not part of the cache key.",
                    mend: "Put the cf- query strings into the cache policy of *.m3u8, not into an origin request policy.",
                });
            }
            Some(_) => {}
        }
        if names_playlist(&uri) && parameter(&uri, "cf-Policy").is_none() {
            return Some(Trouble {
                seen: seen("carries the link once, without its cf- copy"),
                cause: "The endpoint is older than this program.",
                mend: "Deploy the endpoint again.",
            });
        }
    }
    None
}
