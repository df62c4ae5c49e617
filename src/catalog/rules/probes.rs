//! The self-test is sound: each urgent probe gets a full card from signals, no ordinary one anything.

use super::{Report, line_of};
use crate::respond::Content;

const FILE: &str = "urgent/probes.toml";

pub(super) fn judge(content: &Content, text: &str, report: &mut Report) {
    let probes = &content.probes;
    if probes.urgent.is_empty() || probes.ordinary.is_empty() {
        report.error(
            FILE,
            0,
            "urgent and ordinary both need at least one probe",
            "add some: without them a broken bot passes its self-test",
        );
    }
    for probe in &probes.urgent {
        if !content.assess(probe).urgency.needs_card() {
            report.error(
                FILE,
                line_of(text, probe),
                format!("`{probe}` gets no full card"),
                "use a plain wording that a signal finds, or mend the signal",
            );
        }
    }
    for probe in &probes.ordinary {
        let assessment = content.assess(probe);
        if assessment.urgency.needs_card() || assessment.soft {
            report.error(
                FILE,
                line_of(text, probe),
                format!("`{probe}` gets a card"),
                "use an ordinary wording, or mend what takes it for danger",
            );
        }
    }
}
