//! The evaluator: functions, conditions, parameters and rules, and what it refuses.

use screener_template::{TEMPLATE, Template, Values};

#[test]
fn our_template_evaluates_with_its_defaults() {
    let template = Template::read(TEMPLATE).unwrap_or_else(|wrong| panic!("{wrong}"));
    let evaluated = template
        .evaluate(&Values::local())
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(evaluated.outputs["PrefixName"], "videos");
}
