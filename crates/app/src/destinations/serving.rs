//! The local edge as the shells ask for it: found, or started here.

use std::collections::BTreeMap;
use std::path::Path;

use screener_edge::{EndpointKind, local_values};
use screener_template::delivery::{OriginKind, ViewerProtocol};
use screener_template::names::parameter;
use screener_template::{Delivery, Mistakes, Template};
use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::{App, Result};

/// The local edge, running.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ServingView {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    /// Port.
    pub port: u16,
    /// It runs in this process.
    pub own: bool,
}

/// A template, served.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateServing {
    /// Where.
    pub serving: ServingView,
    /// What of it this computer cannot do, in words.
    pub left_out: Vec<String>,
}

impl App {
    /// Finds the local edge or starts it here. The key pair that it trusts is made by the first link.
    ///
    /// # Errors
    /// `edge_elsewhere`, `edge_port_taken`, `edge_folder`.
    pub async fn serve(&self, port: Option<u16>) -> Result<ServingView> {
        let (running, own) = self.local().running(port).await?;
        Ok(ServingView {
            address: format!("http://{}", running.domain()),
            port: running.address.port(),
            own,
        })
    }

    /// Waits until the edge that serves is gone, when it runs in another process; for ever when it runs here.
    pub async fn edge_ended(&self) {
        loop {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            if self.local().find().await.is_none() {
                return;
            }
        }
    }

    /// Starts the local edge from a template, where none runs yet: what is published, linked and examined meanwhile goes as the template
    /// lets a viewer have it. The next start is from Screener's own again.
    ///
    /// # Errors
    /// `no_such_file`, `wrong_parameter`, `template_wrong` with what is wrong and where, `edge_already_running` where one runs, and what a
    /// start can fail with.
    pub async fn serve_template(
        &self,
        file: &Path,
        parameters: &[String],
        port: Option<u16>,
    ) -> Result<TemplateServing> {
        let text = std::fs::read_to_string(file).map_err(|error| Cause::NoSuchFile {
            path: file.display().to_string(),
            error: error.to_string(),
        })?;
        let given = given(parameters)?;
        let delivery = evaluated(&text, &given).map_err(|mistakes| Cause::TemplateWrong {
            file: file.display().to_string(),
            mistakes: mistakes.to_string(),
        })?;
        let left_out = left_out(&delivery);
        let address = self.local().start_from(delivery, port).await?;
        Ok(TemplateServing {
            serving: ServingView {
                address: format!("http://{address}"),
                port: address.port(),
                own: true,
            },
            left_out,
        })
    }
}

fn given(parameters: &[String]) -> Result<BTreeMap<String, String>> {
    let pair = |given: &String| {
        let (name, value) = given.split_once('=').filter(|(name, _)| !name.is_empty())?;
        Some((name.to_owned(), value.to_owned()))
    };
    let all = parameters
        .iter()
        .map(|given| pair(given).ok_or_else(|| Cause::WrongParameter { given: given.clone() }.into()));
    all.collect()
}

/// With this computer's values for what was not given.
fn evaluated(text: &str, given: &BTreeMap<String, String>) -> std::result::Result<Delivery, Mistakes> {
    let template = Template::read(text)?;
    let kind = match given.get(parameter::ENDPOINT).map(String::as_str) {
        Some("ApiGateway") => EndpointKind::ApiGateway,
        _ => EndpointKind::FunctionUrl,
    };
    let mut values = local_values(kind);
    // An edited template may lack what Screener's own asks for.
    values.parameters.retain(|name, _| text.contains(name.as_str()));
    values.parameters.extend(given.clone());
    Delivery::of(&template.evaluate(&values)?)
}

/// What of a delivery has no counterpart on loopback.
fn left_out(delivery: &Delivery) -> Vec<String> {
    let mut said = Vec::new();
    if delivery
        .behaviors
        .iter()
        .any(|behavior| behavior.viewer_protocol != ViewerProtocol::AllowAll)
    {
        said.push("HTTP is neither redirected to HTTPS nor refused: there is no TLS on this computer.".to_owned());
    }
    if delivery.ipv6 {
        said.push("IPv6 is left out: the edge listens on 127.0.0.1 alone.".to_owned());
    }
    for (id, origin) in &delivery.origins {
        if origin.kind == OriginKind::Other {
            said.push(format!(
                "The origin {id} is elsewhere: what it should answer is refused (502)."
            ));
        }
    }
    said
}
