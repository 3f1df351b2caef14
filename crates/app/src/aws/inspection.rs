//! The pieces of a destination's stack, looked at for the doctor.

use std::time::Duration;

use screener_doctor::{Piece, PieceStep, Sight, StackFacts, StepState, examine_pieces};
use screener_publish::Destination;
use screener_stack::stack_parts::live_pieces::{LivePiece, Look, live, said_by};
use screener_template::VERSION;
use screener_template::names::{output, parameter};

use super::{signed_in, stack_of};
use crate::{App, Result, moment};

/// Longest look at all pieces.
const PATIENCE: Duration = Duration::from_mins(1);

impl App {
    /// Steps about the pieces of a destination's stack. `None` where it has none; where nobody may look at them, why.
    pub(crate) async fn inspected(&self, destination: &Destination) -> Result<Option<Vec<PieceStep>>> {
        if stack_of(destination).is_err() {
            return Ok(None);
        }
        let facts = tokio::time::timeout(PATIENCE, self.stack_facts(destination)).await;
        let facts = facts.unwrap_or_else(|_| Err(crate::AppError::internal("AWS does not answer.")));
        Ok(Some(match facts {
            Ok(facts) => examine_pieces(&facts),
            Err(error) => unseen(&error.message),
        }))
    }

    async fn stack_facts(&self, destination: &Destination) -> Result<StackFacts> {
        let (deployed, _) = stack_of(destination)?;
        let config = signed_in(destination).await?;
        let stacks = aws_sdk_cloudformation::Client::new(&config);
        let said = said_by(&stacks, &deployed.stack).await?;
        let resources = aws_sdk_cloudcontrol::Client::new(&config);
        let pieces = live(&stacks, &resources, &deployed.stack).await?;
        let (domain, key_pair_id) = destination.front().unwrap_or_default();
        let pairs = self.engine().key_pairs().await?;
        let own = said.parameters.get(parameter::DOMAIN).filter(|name| !name.is_empty());
        let version = said
            .outputs
            .get(output::VERSION)
            .and_then(|version| version.parse().ok());
        Ok(StackFacts {
            pieces: pieces.into_iter().map(|(name, piece)| (name, seen(piece))).collect(),
            prefix: destination.prefix.clone(),
            key_pair_id: key_pair_id.to_owned(),
            public_key: pairs
                .into_iter()
                .find(|pair| pair.id == key_pair_id)
                .map(|pair| pair.public_pem),
            own_domain: own.filter(|own| *own == domain).cloned(),
            certificate: None,
            outdated: version.is_none_or(|version: u32| version < VERSION),
            now: moment::now(),
        })
    }
}

fn seen(piece: LivePiece) -> Piece {
    Piece {
        id: piece.id,
        sight: match piece.look {
            Look::Seen(properties) => Sight::Seen(properties),
            Look::Gone => Sight::Gone,
            Look::Hidden(words) => Sight::Hidden(words),
        },
    }
}

/// One step that says why none could be judged.
fn unseen(why: &str) -> Vec<PieceStep> {
    let mut steps = examine_pieces(&StackFacts::default());
    steps.truncate(1);
    for one in &mut steps {
        one.step.state = StepState::Skipped;
        why.clone_into(&mut one.step.seen);
        (one.step.cause, one.step.mend, one.update_mends) = (None, None, false);
    }
    steps
}
