//! What it costs: a film to keep, so many views of it, a month so far and to its end. Pure: no SDK, no files, no clock.
//!
//! **What it can say.** AWS's list prices ([`prices`], with their date) times what was counted or is assumed. It is no bill: taxes,
//! credits, discounts, what else runs in the account and shares its free part are not known here. So every figure is an "about", and is
//! shown with [`prices::AS_OF`].
//!
//! **What is free comes first.** [`Free::Monthly`] takes off what AWS gives every account every month ([`prices::free`]), before anything is
//! priced; [`Free::None`] does not. What AWS gives for a first year alone is never taken off.
//!
//! **Money** is US dollars as `f64`, never rounded in here: each line is within some billionths of its exact value, and sums of them are
//! what they are made of. Whoever shows it rounds once, to cents, or to two figures below a cent.
//!
//! **What is assumed** is in one place, [`one_view`] for what a viewer fetches and [`assumed`] for what the parts behind do with it.

pub mod assumed;
pub mod bill;
pub mod edge_cities;
pub mod flat_plan;
pub mod one_view;
pub mod prices;
pub mod used;
#[cfg(test)]
mod worked_examples;
pub mod world;

pub use bill::{Bill, Free, Item, Line, bill};
pub use flat_plan::FlatPlan;
pub use one_view::{Kind, OneView, Rendition};
pub use used::{Sent, Setup, Used};
pub use world::World;
