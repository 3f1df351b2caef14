use screener_cloudfront::PrivateKey;
use screener_doctor::{Answer, Fetch, Request, Step, StepState, Unreachable, examine, examine_and_tell};
use screener_edge::Fault;

use crate::rig::{Http, Rig, VIDEO};

#[tokio::test]
async fn a_sound_chain_passes_every_step() {
    let rig = Rig::start().await;
    let mut told = Vec::new();
    let report = examine_and_tell(&rig.subject, &Http, |step: &Step| told.push(step.name.clone())).await;
    for step in &report.steps {
        let expected = if step.name == "endpoint" {
            StepState::Skipped
        } else {
            StepState::Passed
        };
        assert_eq!(step.state, expected, "{step:?}");
    }
    assert_eq!((report.steps.len(), told.len()), (20, 20));
    assert!(report.is_sound());
}

#[tokio::test]
async fn each_defect_is_found_at_its_step_and_explained() {
    let rig = Rig::start().await;
    for (fault, step, state, cause) in [
        (
            Fault::EndpointPermission,
            "playlist",
            StepState::Failed,
            "one of its two permissions",
        ),
        (Fault::EndpointTimeout, "playlist", StepState::Failed, "29 s"),
        (
            Fault::EndpointDenied,
            "playlist",
            StepState::Failed,
            "may not read the bucket",
        ),
        (Fault::CopiesDropped, "copies", StepState::Failed, "cache policy"),
        (
            Fault::NotRewritten,
            "rewritten",
            StepState::Failed,
            "leads to the bucket",
        ),
        (Fault::OtherPolicy, "rewritten", StepState::Failed, "cache key"),
        (
            Fault::PathMismatch,
            "path",
            StepState::Failed,
            "every segment is refused (403)",
        ),
        (
            Fault::KeyUnknown,
            "key-group",
            StepState::Failed,
            "does not know this key",
        ),
        (
            Fault::NotRestricted,
            "unsigned",
            StepState::Failed,
            "no trusted key group",
        ),
        (
            Fault::EndIgnored,
            "ended",
            StepState::Failed,
            "whatever their link says",
        ),
        (
            Fault::BucketDenied,
            "segment",
            StepState::Failed,
            "origin access control",
        ),
        (Fault::RangesIgnored, "range", StepState::Failed, "byte ranges"),
        (Fault::CorsMissing, "cors", StepState::Failed, "players on other pages"),
        (Fault::PreflightRefused, "cors", StepState::Failed, "preflight"),
        (
            Fault::PlaylistCached,
            "caching",
            StepState::Failed,
            "playlist that is kept",
        ),
        (
            Fault::SegmentUncached,
            "caching",
            StepState::Warning,
            "Segments never change",
        ),
        (Fault::GzipMissing, "gzip", StepState::Warning, "CachingDisabled"),
        (Fault::ContentTypeLost, "segment", StepState::Warning, "content type"),
        (Fault::PageMissing, "page", StepState::Failed, "not uploaded"),
        (Fault::ClockAhead, "clock", StepState::Failed, "clocks is wrong"),
    ] {
        rig.edge.set_faults([fault]);
        let report = examine(&rig.subject, &Http).await;
        let found = report
            .steps
            .iter()
            .find(|step| matches!(step.state, StepState::Failed | StepState::Warning));
        let found = found.unwrap_or_else(|| panic!("{fault:?} was not found"));
        assert_eq!(
            (found.name.as_str(), found.state),
            (step, state),
            "{fault:?}: {found:?}"
        );
        assert!(found.cause.as_ref().unwrap().contains(cause), "{fault:?}: {found:?}");
        assert!(found.mend.is_some() && !found.seen.is_empty());
        assert!(
            report.steps.len() == 20 && report.is_sound() == (state == StepState::Warning),
            "{fault:?}"
        );
    }
    // `NamesUnknown` is no defect: see below.
    assert_eq!(Fault::ALL.len(), 21, "a new defect needs a line above");
}

#[tokio::test]
async fn a_distribution_of_before_links_had_names_is_told() {
    let rig = Rig::start().await;
    assert!(examine(&rig.subject, &Http).await.names);
    rig.edge.set_faults([Fault::NamesUnknown]);
    let report = examine(&rig.subject, &Http).await;
    assert!(report.is_sound() && !report.names, "its plain links play: {report:?}");
    let step = report.step("names").unwrap();
    assert_eq!(step.state, StepState::Skipped);
    assert!(step.seen.contains("cannot be taken back"), "{}", step.seen);
}

#[tokio::test]
async fn nothing_that_is_said_holds_a_signature() {
    let rig = Rig::start().await;
    for fault in Fault::ALL {
        rig.edge.set_faults([fault]);
        let text = serde_json::to_string(&examine(&rig.subject, &Http).await).unwrap();
        assert!(
            !text.contains("Signature=") && !text.contains("eyJTdGF0ZW1lbnQ"),
            "{fault:?}: {text}"
        );
    }
}

#[tokio::test]
async fn a_key_that_is_not_there_stops_at_the_first_step() {
    let mut rig = Rig::start().await;
    rig.subject.key = Err("the keychain is locked".to_owned());
    let report = examine(&rig.subject, &Http).await;
    let broken = report.broken().unwrap();
    assert_eq!(
        (broken.name.as_str(), broken.seen.as_str()),
        ("key", "the keychain is locked")
    );
    assert!(report.steps[1..].iter().all(|step| step.state == StepState::Skipped));
}

#[tokio::test]
async fn another_key_under_the_same_id_is_told_from_an_unknown_one() {
    let mut rig = Rig::start().await;
    rig.subject.key = Ok(PrivateKey::generate_p256());
    let report = examine(&rig.subject, &Http).await;
    let broken = report.broken().unwrap();
    assert_eq!(broken.name, "key-group");
    assert!(broken.cause.as_ref().unwrap().contains("another one"));
}

#[tokio::test]
async fn a_film_that_is_not_there_is_said_so() {
    let mut rig = Rig::start().await;
    rig.subject.video_id = "zyxwvutsrqponmlkjihgfedcba".to_owned();
    let report = examine(&rig.subject, &Http).await;
    let broken = report.broken().unwrap();
    assert_eq!(broken.name, "playlist");
    assert!(broken.cause.as_ref().unwrap().contains("not published yet"));
}

#[tokio::test]
async fn nobody_there_is_said_so() {
    let rig = Rig::start().await;
    let subject = rig.subject;
    rig.edge.stop().await;
    let report = examine(&subject, &Http).await;
    assert_eq!(report.broken().unwrap().name, "reach");
}

/// The edge, with another answer where one is due.
struct Altered<F>(F);

impl<F: Fn(&Request) -> Option<Answer> + Sync> Fetch for Altered<F> {
    async fn fetch(&self, request: Request) -> Result<Answer, Unreachable> {
        match (self.0)(&request) {
            Some(answer) => Ok(answer),
            None => Http.fetch(request).await,
        }
    }
}

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
}

#[tokio::test]
async fn the_endpoints_own_address_is_judged() {
    let mut rig = Rig::start().await;
    rig.subject.endpoint = Some("https://api.example/live".to_owned());
    let bare = |body: &'static str, status| {
        Altered(move |request: &Request| {
            let own = format!("https://api.example/live/videos/{VIDEO}/index.m3u8?");
            request.url.starts_with(&own).then(|| answer(status, body))
        })
    };
    for (fetch, state) in [
        (
            bare("{\"error\":{\"code\":\"not_through_cloudfront\"}}", 403),
            StepState::Passed,
        ),
        (
            bare("#EXTM3U\n1/a.m3u8?cf-Policy=Zm9yZ2Vk&Policy=Zm9yZ2Vk\n", 200),
            StepState::Warning,
        ),
        (
            bare("#EXTM3U\n1/a.m3u8?Policy=eyJTdGF0ZW1lbnQ_&Signature=x\n", 200),
            StepState::Failed,
        ),
    ] {
        let report = examine(&rig.subject, &fetch).await;
        assert_eq!(report.step("endpoint").unwrap().state, state);
    }
}

#[tokio::test]
async fn api_gateways_own_refusals_are_known() {
    let rig = Rig::start().await;
    for (status, body, cause) in [
        (
            403,
            "{\"message\":\"Missing Authentication Token\"}",
            "origin path lacks the stage",
        ),
        (403, "{\"message\":\"Forbidden\"}", "Host header"),
        (
            403,
            "{\"error\":{\"code\":\"not_through_cloudfront\"}}",
            "x-origin-verify",
        ),
        (
            403,
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
            "went to the bucket",
        ),
        (200, "<html>", "no playlist"),
        (
            500,
            "{\"message\":\"Internal server error\"}",
            "Invalid permissions on Lambda function",
        ),
        (502, "{}", "could not read the bucket"),
    ] {
        let fetch = Altered(|request: &Request| request.url.contains("cf-Policy=").then(|| answer(status, body)));
        let report = examine(&rig.subject, &fetch).await;
        let broken = report.broken().unwrap();
        assert_eq!(broken.name, "playlist", "{body}");
        assert!(broken.cause.as_ref().unwrap().contains(cause), "{broken:?}");
    }
}
