//! From the signed link to the first bytes of a segment.

use screener_cloudfront::{LinkId, Signature, verify::matches};

use super::{Answer, Fetch, Fetched, Refuser, Step, Stopped, Trouble, Walk, described, refuser};
use crate::look::{bare, names_playlist, parameter, resolve, uris};

const FIRST: &str = "In the CloudFront console open your distribution, Behaviors: move *.m3u8 to the top, and give it API \
                     Gateway as its origin.";
const TRY_AGAIN: &str = "Try again; if it stays, ask whoever runs the destination.";

impl<F: Fetch, T: FnMut(&Step) + Send> Walk<'_, F, T> {
    pub(super) async fn playlist(&mut self, link: &Signature) -> Result<Fetched, Stopped> {
        let url = self.index_with(link);
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
                cause: "No film opens, because the viewer's link does not reach the playlist endpoint. CloudFront takes \
                        Policy, Signature and Key-Pair-Id off every request; their cf- copies did not arrive either: the \
                        cache policy of *.m3u8 does not hold them.",
                mend: "In the CloudFront console open Policies, Cache, and edit the policy of *.m3u8: under Query strings \
                       include cf-Policy, cf-Signature, cf-Key-Pair-Id and cf-Hash-Algorithm.",
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
        match unlinked(playlist, link, self.name) {
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
        if let Some(trouble) = unlinked(&media, link, self.name) {
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
            cause: "The film opens and then does not play: the path of the playlist and the path of its segments differ, so \
                    every segment is refused (403). Most often an origin path or a prefix is part of one of them and not \
                    of the other.",
            mend: "In the CloudFront console open your distribution, Origins: the bucket's Origin path has to be empty, and \
                   API Gateway's the stage alone (/live). Playlists have to name their segments by relative addresses, as \
                   Screener writes them.",
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
                cause: "The film opens and then does not play: the bucket refused the distribution (or the object is \
                        missing, which S3 does not tell apart). The origin access control or the bucket's policy does not \
                        fit.",
                mend: "In the CloudFront console open your distribution, Origins, edit the bucket: Origin access control, \
                       and Copy policy. In the S3 console paste it under the bucket's Permissions, Bucket policy.",
            },
            (403, _) => Trouble {
                seen,
                cause: "CloudFront refused the segment although it let the playlist through: the default behavior has \
                        another key group, or the address was changed on its way.",
                mend: "In the CloudFront console open your distribution, Behaviors, and give Default (*) the same trusted \
                       key group as *.m3u8.",
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
            cause: "Every link is refused, because the distribution does not know this key: the public half is not in the \
                    key group of the behavior, or the id belongs to another distribution.",
            mend: "In the CloudFront console open Public keys and add the public half, then Key groups and add that key to \
                   your group. Give the destination the id that CloudFront shows, such as K2JCJMDEHXQW5F.",
        }),
        (403, Refuser::Signature | Refuser::NoSignature) => Some(Trouble {
            seen,
            cause: "Every link is refused: the distribution knows a key under this id, and it is another one; or links are \
                    signed for another name than the distribution's (an alternate domain name).",
            mend: "In the CloudFront console open Public keys and compare the key under this id with `screener key list`; \
                   compare the destination's domain with the one that viewers use.",
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
            "In the CloudFront console open your distribution, Behaviors: the origin of *.m3u8 has to be API Gateway. Then \
             publish the film again.",
        ),
        (403, Refuser::Fence) => trouble(
            "The endpoint wants the secret that the distribution adds (x-origin-verify), and got none or another one.",
            "In the CloudFront console open your distribution, Origins, API Gateway, Add custom header: x-origin-verify \
             with the value of SCREENER_ORIGIN_SECRET from the Lambda function's Configuration, Environment variables.",
        ),
        (403, Refuser::Bucket) => trouble(
            "The request went to the bucket instead of the endpoint: the behavior *.m3u8 is missing or stands behind \
             another one.",
            FIRST,
        ),
        (503, _) if body.contains("CloudFront function associated") => trouble(
            "No link opens, because the viewer-request function does not run: it throws, or no KeyValueStore is associated \
             with it.",
            "In the CloudFront console open Functions, the function: associate its KeyValueStore, then Publish. An update of \
             the stack does the same.",
        ),
        (403, _) if body.contains("Function URL authorization") => trouble(
            "No film opens, because the playlist endpoint (the Lambda function) does not let the distribution in: one of its two \
             permissions (lambda:InvokeFunctionUrl, lambda:InvokeFunction) is missing, or the origin has no origin access \
             control.",
            "In the CloudFront console open your distribution, Origins, edit the function's URL: Origin access control. In the \
             Lambda console open the function, Configuration, Permissions, Resource-based policy statements: \
             cloudfront.amazonaws.com with both actions, and this distribution's ARN as source.",
        ),
        (403, _) if body.contains("Missing Authentication Token") => trouble(
            "API Gateway has no such path: the origin path lacks the stage, or the API has no {proxy+} resource, or its \
             deployment is older than its methods.",
            "In the CloudFront console open your distribution, Origins, API Gateway: Origin path is the API's stage, such \
             as /live. In the API Gateway console the API needs a resource {proxy+}, and Deploy API after each change.",
        ),
        (403, _) if body.contains("Forbidden") => trouble(
            "API Gateway does not know the host or the stage: the viewer's Host header was forwarded to it, or the origin path \
             is not the API's stage.",
            "In the CloudFront console open your distribution, Behaviors, *.m3u8: Origin request policy None, or \
             AllViewerExceptHostHeader. Under Origins, API Gateway: Origin path is the API's stage, such as /live.",
        ),
        (404, _) => trouble(
            "The endpoint found no such playlist: the film is not published yet, or the endpoint's role may not read \
             the bucket.",
            "Look whether the film is live (`screener list`). In the Lambda console open the function, Configuration, \
             Permissions: its role needs s3:GetObject on the bucket's <prefix>/*.m3u8.",
        ),
        (400 | 405 | 413, _) => trouble("The endpoint refused the request, in its own words above.", TRY_AGAIN),
        (500, _) => trouble(
            "No film opens, because API Gateway may not call the playlist endpoint (the Lambda function). Its log says \
             \u{201c}Invalid permissions on Lambda function\u{201d}; the viewer sees an internal error.",
            "In the Lambda console open the function, Configuration, Permissions, Resource-based policy statements, Add \
             permissions: AWS service, API Gateway, action lambda:InvokeFunction, this API's ARN with /* as source.",
        ),
        (502, _) => trouble(
            "The endpoint failed, or could not read the bucket: a wrong bucket name, region or role.",
            "In the Lambda console open the function, Monitor, View CloudWatch logs, and look for the request id of the \
             answer; check SCREENER_BUCKET and the role under Configuration.",
        ),
        (504, _) => trouble(
            "The endpoint did not answer within the time that API Gateway waits (29 s).",
            "In the Lambda console open the function, Configuration: General (time limit 25 s, 512 MB) and VPC (none, or \
             one with a way to S3); Monitor shows its log.",
        ),
        _ => trouble("The way to the endpoint is broken.", TRY_AGAIN),
    }
}

/// What is wrong with the links inside a playlist.
fn unlinked(playlist: &Fetched, link: &Signature, name: Option<LinkId>) -> Option<Trouble> {
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
                    mend: FIRST,
                });
            }
            Some(found) if found != policy => {
                return Some(Trouble {
                    seen: seen("carries the link of somebody else"),
                    cause: "A cache gave this viewer another viewer's playlist, so that links open and end for the wrong \
                            people: the cf- parameters are forwarded but are not part of the cache key.",
                    mend: "In the CloudFront console open Policies, Cache, and include the cf- query strings in the policy \
                           of *.m3u8; take them out of the origin request policy.",
                });
            }
            Some(_) => {}
        }
        let first = uri.split_once('?').map_or("", |(_, query)| query);
        if name.is_some_and(|name| !first.starts_with(&name.query())) {
            return Some(Trouble {
                seen: seen("does not begin its query with the link's name"),
                cause: "The playlist's own addresses have queries, or the link's name does not reach the endpoint: such an \
                        address is refused.",
                mend: "Include l in the query strings of the cache policy of *.m3u8; let playlists name their files without \
                       queries, as Screener writes them.",
            });
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
