//! Screener's own template, evaluated with the values of this computer.

use std::sync::OnceLock;

use screener_template::{Delivery, TEMPLATE, Template, Values, names::parameter};

use crate::PREFIX;

/// Which of the template's two endpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EndpointKind {
    /// A function URL.
    #[default]
    FunctionUrl,
    /// API Gateway.
    ApiGateway,
}

/// What API Gateway's endpoint asks for. It is no secret here: nobody but this computer reaches the edge, and its endpoint not at all.
const SECRET: &str = "of-this-computer-alone";

/// The values of this computer for the template's parameters. What else there is keeps its default.
pub fn local_values(kind: EndpointKind) -> Values {
    let values = Values::local();
    match kind {
        EndpointKind::FunctionUrl => values,
        EndpointKind::ApiGateway => values
            .with(parameter::ENDPOINT, "ApiGateway")
            .with(parameter::ORIGIN_SECRETS[0], SECRET),
    }
}

/// What viewers meet on this computer: the template with an endpoint and a folder of the videos.
///
/// # Panics
/// Where the prefix is none that the template takes (`names::parameter::PREFIX`).
pub fn own_delivery(kind: EndpointKind, prefix: &str) -> Delivery {
    // Nearly every edge has the usual one, and a template is long.
    static USUAL: [OnceLock<Delivery>; 2] = [const { OnceLock::new() }; 2];
    if prefix == PREFIX {
        return USUAL[kind as usize].get_or_init(|| evaluated(kind, prefix)).clone();
    }
    evaluated(kind, prefix)
}

fn evaluated(kind: EndpointKind, prefix: &str) -> Delivery {
    let values = local_values(kind).with(parameter::PREFIX, prefix);
    let evaluated = Template::read(TEMPLATE).and_then(|template| template.evaluate(&values));
    let delivery = evaluated.and_then(|evaluated| Delivery::of(&evaluated));
    delivery.unwrap_or_else(|mistakes| panic!("Screener's own template is sound, and the prefix is one: {mistakes}"))
}
