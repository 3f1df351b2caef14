//! Verbs that need no state.

use std::io::{ErrorKind, Read, Write};

use screener_app::{Cause, Result, RewriteRequest, SignRequest};
use serde_json::json;

use crate::out::Out;

/// Signs a URL.
pub async fn sign(out: Out, request: SignRequest) -> Result<bool> {
    let url = screener_app::sign(request).await?;
    out.either(&json!({ "url": url }), || url.clone());
    Ok(true)
}

/// A playlist from stdin to stdout, byte for byte but for its URIs.
pub fn rewrite(request: &RewriteRequest) -> Result<bool> {
    let mut input = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(|e| Cause::PlaylistNotRead { error: e.to_string() })?;
    let output = screener_app::rewrite(request, &input)?;
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(&output).and_then(|()| stdout.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Cause::PlaylistNotWritten { error: e.to_string() }.into()),
        _ => Ok(true),
    }
}
