//! Verbs about links: for whom they are, what became of them, taking them back.

use std::io::{BufRead as _, Read as _};

use screener_app::view::{LinkRecordView, LinkRequest, LinkState, LinkView, TakenBackView};
use screener_app::{App, Cause, Result, is_short, names};
use serde_json::json;

use crate::args::{Conditions, Recipient};
use crate::out::{Out, clock, size};

/// Makes a link, or one for each name.
pub async fn link(app: &App, out: Out, id: String, conditions: Conditions, recipient: Recipient) -> Result<bool> {
    let Conditions { expires, opens, ip } = conditions;
    let Recipient {
        name,
        names: file,
        password_stdin,
    } = recipient;
    let password = if password_stdin { Some(password()?) } else { None };
    if password.as_deref().is_some_and(is_short) {
        out.hint("Whoever has the link may guess a short password. Screener's own pass phrases have five words.");
    }
    let request = LinkRequest {
        id,
        expires,
        opens,
        ip,
        name: None,
        password,
    };
    let recipients = match file {
        Some(file) => names(&table(&file)?)?,
        None => vec![name.unwrap_or_default()],
    };
    let links = app.link_many(request, recipients).await?;
    for link in &links {
        out.either(link, || words(link));
    }
    if let Some(link) = links.first() {
        if link.still_publishing {
            out.hint("The film is still coming: what is stored so far can be watched already.");
        }
        if let Some(hint) = app.link_hint(link).await {
            out.hint(&hint);
        }
    }
    Ok(true)
}

fn words(link: &LinkView) -> String {
    let mut lines = Vec::new();
    if !link.name.is_empty() {
        lines.push(format!("for   {}", link.name));
    }
    lines.push(format!("page  {}", link.page));
    if let Some(playlist) = &link.link {
        lines.push(format!("link  {playlist}"));
    }
    if let Some(own) = &link.l {
        lines.push(format!("name  {own}"));
    }
    lines.push(format!("ends  {}", link.expires));
    lines.join("\n")
}

fn password() -> Result<String, Cause> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| Cause::NotReadable {
        path: "stdin".into(),
        error: error.to_string(),
    })?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn table(file: &std::path::Path) -> Result<Vec<u8>, Cause> {
    let read = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    read.map_err(|error| Cause::NoSuchFile {
        path: file.display().to_string(),
        error: error.to_string(),
    })
}

/// Links that were made.
pub async fn list(app: &App, out: Out, id: Option<String>) -> Result<bool> {
    let links = looked_up(app, id).await?;
    for link in &links {
        out.either(link, || line(link));
    }
    if links.is_empty() {
        out.hint("No links were made yet. `screener link ID` makes one.");
    }
    Ok(true)
}

/// Who has watched.
pub async fn views(app: &App, out: Out, id: Option<String>) -> Result<bool> {
    let links = looked_up(app, id.clone()).await?;
    for link in &links {
        out.either(link, || line(link));
    }
    if let Some(id) = id
        && !out.json
    {
        let audience = app.audience(id).await?;
        if !audience.counted {
            out.hint("Views are not counted here: its links are plain ones, or counting is switched off.");
        }
        out.words(format!(
            "{} viewers, {} views, {} of the film on average, {} to its end; {} requests, {}",
            audience.viewers,
            audience.views,
            percent(audience.share),
            audience.to_the_end,
            audience.requests,
            size(audience.bytes),
        ));
    }
    Ok(true)
}

async fn looked_up(app: &App, id: Option<String>) -> Result<Vec<LinkRecordView>> {
    app.sync_links(id.clone()).await?;
    app.read_logs().await?;
    app.links(id).await
}

fn line(link: &LinkRecordView) -> String {
    let name = if link.name.is_empty() {
        "(nobody named)"
    } else {
        &link.name
    };
    format!(
        "{:<10}  {:<13}  {:>3} views  {:>8} ({})  ends {}  {name}",
        link.link.as_deref().unwrap_or("plain"),
        state(link.state),
        link.views,
        clock(link.seconds),
        percent(link.share),
        link.ends,
    )
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn state(state: LinkState) -> &'static str {
    match state {
        LinkState::NotOpened => "not opened",
        LinkState::Opened => "opened",
        LinkState::Watched => "watched",
        LinkState::Ended => "ended",
        LinkState::TakenBack => "taken back",
        LinkState::Uncounted => "not counted",
    }
}

/// Takes links back, or gives them back.
pub async fn revoke(app: &App, out: Out, links: Vec<String>, video: Option<String>, undo: bool) -> Result<bool> {
    if undo {
        let given = app.give_back_links(links).await?;
        tell(out, "given_back", &given);
        return Ok(true);
    }
    let taken = match video {
        Some(video) => vec![app.take_back_all(video).await?],
        None => app.take_back(links).await?,
    };
    tell(out, "taken_back", &taken);
    out.hint("What a player has fetched already still plays; the next request is refused.");
    Ok(true)
}

fn tell(out: Out, event: &str, taken: &[TakenBackView]) {
    for taken in taken {
        for link in &taken.links {
            let (id, word) = (&taken.id, event.replace('_', " "));
            out.either(&json!({ "event": event, "link": link, "id": id }), || {
                format!("{link} is {word}")
            });
        }
        if taken.all {
            let id = &taken.id;
            out.either(&json!({ "event": event, "link": null, "id": id }), || {
                format!("Every link to {id} made so far is taken back")
            });
        }
    }
}
