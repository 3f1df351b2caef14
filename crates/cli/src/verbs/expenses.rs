//! What it costs.

use std::fmt::Write as _;

use screener_app::view::{CostPlace, CostView, FilmCostView, PlaceCostView};
use screener_app::{App, Result};

use crate::out::{Out, money, size};

/// What a film costs, or all of them and the month so far.
pub async fn cost(app: &App, out: Out, id: Option<String>, views: u32) -> Result<bool> {
    app.read_logs().await?;
    let whole = id.is_none();
    let cost = app.cost(id, Some(views)).await?;
    out.either(&cost, || words(&cost, whole));
    if cost.films.iter().any(|film| film.place == CostPlace::Aws) {
        let day = &cost.prices_of;
        out.hint(&format!(
            "All of it is about, at AWS's list prices of {day}, without taxes; what else runs in the account shares what is free."
        ));
    }
    if cost.films.is_empty() {
        out.hint("Nothing is published yet. `screener publish FILE` publishes a film.");
    }
    Ok(true)
}

fn words(cost: &CostView, whole: bool) -> String {
    let mut text = String::new();
    for place in &cost.places {
        let _ = writeln!(text, "{}", of_place(place, &cost.month));
    }
    for film in &cost.films {
        let told = if whole { line(film) } else { all_of(film) };
        let _ = writeln!(text, "{told}");
    }
    text
}

fn of_place(place: &PlaceCostView, month: &str) -> String {
    let mut text = format!(
        "{} in {month}: about {} so far for what was watched, {} a month to keep its films",
        place.destination,
        money(place.sent),
        money(place.storage)
    );
    if place.listed > place.sent {
        let _ = write!(
            text,
            "\n  without what is free {}; {:.0} % of CloudFront's free terabyte is left",
            money(place.listed),
            (place.free_left * 100.0).floor()
        );
    }
    if let Some(projected) = place.projected {
        let _ = write!(text, "\n  the whole month about {}, if it goes on so", money(projected));
    }
    if let Some(saves) = place.plan_saves {
        let _ = write!(
            text,
            "\n  CloudFront's flat plan Pro would be about {} cheaper; it is yours to take, and binds until the month ends",
            money(saves)
        );
    }
    text
}

fn line(film: &FilmCostView) -> String {
    let amount = |dollars: Option<f64>| dollars.map_or_else(|| "-".into(), money);
    format!(
        "{}  {:>11} a month  {:>11} for {} views  {:>11} so far  {}",
        film.id,
        amount(film.storage),
        amount(film.views_cost),
        film.views,
        amount(film.so_far),
        film.title
    )
}

fn all_of(film: &FilmCostView) -> String {
    let mut text = format!("{}\n  at {}", film.title, film.destination);
    match film.place {
        CostPlace::Nothing => text.push_str("\n  costs nothing: it lies on this computer"),
        CostPlace::Unknown => text.push_str("\n  what this store costs is not known here: ask whoever runs it"),
        CostPlace::Aws => {
            let mut row = |name: &str, dollars: Option<f64>, more: String| {
                if let Some(dollars) = dollars {
                    let _ = write!(text, "\n  {name:<11} about {}{more}", money(dollars));
                }
            };
            row("publishing", film.publishing, ", once".into());
            row("keeping", film.storage, " a month".into());
            row("so far", film.so_far, " for what was watched".into());
            let alone = film.views_cost_alone.map_or_else(String::new, |alone| {
                format!("; {} in a month in which nothing else is watched", money(alone))
            });
            row(&format!("{} views", film.views), film.views_cost, alone);
            if let (Some(view), Some(least), Some(most)) = (film.view_bytes, film.view_least, film.view_most) {
                let _ = write!(
                    text,
                    "\n  one view is taken to be the average of its rungs, {} ({} to {})",
                    size(view),
                    size(least),
                    size(most)
                );
            }
            if let Some(free) = film.free_views {
                let _ = write!(
                    text,
                    "\n  CloudFront's free part is enough for about {free:.0} views a month"
                );
            }
            if let Some(from) = film.plan_from {
                let _ = write!(
                    text,
                    "\n  from about {from:.0} views a month on, CloudFront's flat plan Pro would be cheaper"
                );
            }
        }
    }
    text
}
