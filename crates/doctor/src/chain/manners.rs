//! What works without, but should not have to: CORS, caching, compression, the endpoint's own address.

use super::{Answer, Fetch, Method, Step, Trouble, Walk, described};
use crate::look::{bare, kept_for, parameter, says, uris};

/// What gzip begins with (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

impl<F: Fetch, T: FnMut(&Step) + Send> Walk<'_, F, T> {
    pub(super) async fn cors(&mut self, playlist: &str, segment: &str) {
        const MEND: &str = "In the CloudFront console open your distribution, Behaviors, and in each choose the response \
                            headers policy CORS-With-Preflight and the methods GET, HEAD, OPTIONS. In the S3 console give \
                            the bucket, under Permissions, a CORS configuration that allows GET and HEAD.";
        let origins = self.subject.origins.clone();
        if origins.is_empty() {
            return self.skip("cors", "nobody plays films of this destination on another page");
        }
        for origin in &origins {
            for url in [playlist, segment] {
                let simple = self.get(url, &[("origin", origin)]).await;
                let preflight = [
                    ("origin", origin.as_str()),
                    ("access-control-request-method", "GET"),
                    ("access-control-request-headers", "range"),
                ];
                let preflight = self.ask(Method::Options, url, &preflight).await;
                let (Ok(simple), Ok(preflight)) = (simple, preflight) else {
                    return self.warn(
                        "cors",
                        Trouble {
                            seen: format!("no answer for {}", bare(url)),
                            cause: "The connection broke off.",
                            mend: "Try again.",
                        },
                    );
                };
                if !allows(&simple, origin) {
                    return self.fail("cors", Trouble {
                        seen: format!("{} has no Access-Control-Allow-Origin for {origin}", bare(url)),
                        cause: "The film does not play inside the app or on other pages: browsers keep the answer from \
                                players on other pages.",
                        mend: MEND,
                    });
                }
                if says(&preflight, "not configured to allow the HTTP request method") {
                    return self.fail("cors", Trouble {
                        seen: format!("a preflight from {origin}: {}", described(url, &preflight)),
                        cause: "Players on other pages ask first (OPTIONS), and a behavior does not take that method.",
                        mend: "In the CloudFront console open your distribution, Behaviors, and in each choose the allowed \
                               methods GET, HEAD, OPTIONS.",
                    });
                }
                if !matches!(preflight.status, 200 | 204) || !allows(&preflight, origin) {
                    return self.fail("cors", Trouble {
                        seen: format!("a preflight from {origin}: {}", described(url, &preflight)),
                        cause: "A preflight goes to the origin, whatever the response headers policy says, and the origin \
                                refused it.",
                        mend: MEND,
                    });
                }
            }
        }
        self.pass("cors", format!("open to {}", origins.join(", ")));
    }

    pub(super) fn caching(&mut self, playlist: &Answer, segment: &Answer) {
        let rules = |answer: &Answer| match answer.header("cache-control") {
            "" => "no Cache-Control".to_owned(),
            rule => format!("Cache-Control: {rule}"),
        };
        let seen = format!("playlist {}; segment {}", rules(playlist), rules(segment));
        match (kept_for(playlist), kept_for(segment)) {
            (Some(0..=5), Some(86_400..)) => self.pass("caching", seen),
            (Some(0..=5), _) => self.warn("caching", Trouble {
                seen,
                cause: "Films start slower and cost more than they have to. Segments never change, and nothing says so: \
                        every viewer's request goes to the bucket.",
                mend: "Store segments with Cache-Control: public, max-age=31536000, immutable.",
            }),
            _ => self.fail("caching", Trouble {
                seen,
                cause: "A playlist that is kept shows a film as it was, and holds a link that may have ended. Without a \
                        rule CloudFront keeps it for a day.",
                mend: "In the CloudFront console open your distribution, Behaviors, *.m3u8: choose a cache policy with \
                       maximum TTL 1, and a response headers policy that leaves Cache-Control alone.",
            }),
        }
    }

    pub(super) async fn gzip(&mut self, playlist: &str) {
        let trouble = match self.get(playlist, &[("accept-encoding", "gzip")]).await {
            Ok(answer) if answer.header("content-encoding") == "gzip" && answer.body.starts_with(&GZIP) => {
                return self.pass("gzip", format!("{} bytes on the wire", answer.body.len()));
            }
            Ok(answer) if answer.header("content-encoding") == "gzip" => {
                return self.fail("gzip", Trouble {
                    seen: format!("{} bytes that say they are compressed, and are not", answer.body.len()),
                    cause: "No film opens in a browser: API Gateway hands on compressed playlists as Base64 text, because it \
                            does not take them for binary.",
                    mend: "In the API Gateway console open the API, API settings, Binary media types: add */*, then Deploy API.",
                });
            }
            Ok(answer) => Trouble {
                seen: format!("{} bytes, not compressed", answer.body.len()),
                cause: "Long films start slower than they have to. CloudFront asks for compression only where the cache \
                        policy switches it on; the managed policy CachingDisabled never does.",
                mend: "In the CloudFront console open Policies, Cache, Create: minimum and default TTL 0, maximum TTL 1, \
                       Gzip on, the cf- query strings included; choose it in the behavior *.m3u8.",
            },
            Err(error) => Trouble {
                seen: error.to_string(),
                cause: "The connection broke off.",
                mend: "Try again.",
            },
        };
        self.warn("gzip", trouble);
    }

    /// Asks the endpoint without CloudFront, with copies that no key ever signed.
    pub(super) async fn endpoint(&mut self) {
        const FORGED: &str = "Zm9yZ2Vk";
        const SECRET: &str = "In the CloudFront console open your distribution, Origins, API Gateway, Add custom header: \
                              x-origin-verify with a long random value. In the Lambda console set the same value as \
                              SCREENER_ORIGIN_SECRET under the function's Configuration, Environment variables.";
        let Some(endpoint) = &self.subject.endpoint else {
            return self.skip("endpoint", "this destination has no address beside the distribution's");
        };
        let url = format!(
            "{}/{}/{}/index.m3u8?cf-Policy={FORGED}&cf-Signature={FORGED}&cf-Key-Pair-Id={FORGED}",
            endpoint.trim_end_matches('/'),
            self.subject.prefix,
            self.subject.video_id
        );
        let answer = match self.get(&url, &[]).await {
            Ok(answer) => answer,
            Err(error) => return self.pass("endpoint", format!("it does not answer: {error}")),
        };
        let signed = uris(&answer.body)
            .iter()
            .any(|uri| parameter(uri, "Policy").is_some_and(|found| found != FORGED));
        if answer.status == 200 && signed {
            self.fail("endpoint", Trouble {
                seen: described(&url, &answer),
                cause: "Your films are not private: the endpoint signs for everybody who asks. It runs in sign mode and \
                        does not ask whether a request came through CloudFront.",
                mend: SECRET,
            });
        } else if answer.status == 200 {
            self.warn(
                "endpoint",
                Trouble {
                    seen: format!(
                        "{}: names of segments, which nobody can fetch with them",
                        described(&url, &answer)
                    ),
                    cause: "No origin secret is set. The films are safe; their lengths and names are not.",
                    mend: SECRET,
                },
            );
        } else {
            self.pass("endpoint", described(&url, &answer));
        }
    }
}

fn allows(answer: &Answer, origin: &str) -> bool {
    let allowed = answer.header("access-control-allow-origin");
    allowed == "*" || allowed == origin
}
