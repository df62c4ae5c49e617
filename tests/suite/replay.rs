//! The promise of `replay --json`, and what chat and explain print.

use evenkeel::responder::Responder;
use evenkeel::tools::As;
use evenkeel::tools::replay::{parse, replay};
use serde_json::Value;

use crate::content::content;

fn lines(input: &str, surface: As) -> Vec<Value> {
    let mut out = Vec::new();
    replay(
        &Responder::new(content().clone()),
        &parse(input).unwrap(),
        surface,
        true,
        &mut out,
    )
    .unwrap();
    String::from_utf8(out)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn one_line_a_message_in_order_with_the_promised_fields() {
    let input =
        "{\"text\":\"hi\",\"id\":\"a\"}\n\n{\"text\":\"i want to die\"}\n{\"id\":9,\"text\":\"what is kratom\"}\n";
    let mut out = Vec::new();
    replay(
        &Responder::new(content().clone()),
        &parse(input).unwrap(),
        As::Ask,
        true,
        &mut out,
    )
    .unwrap();
    let text = String::from_utf8(out).unwrap();
    for line in text.lines() {
        let mut from = 0;
        for key in [
            "id",
            "urgency",
            "category",
            "card",
            "soft",
            "answer",
            "suggestions",
            "outgoing",
        ] {
            let at = line
                .find(&format!("\"{key}\":"))
                .unwrap_or_else(|| panic!("{key} is missing: {line}"));
            assert!(at >= from, "{key} is out of order: {line}");
            from = at;
        }
    }
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines.iter().map(|line| line["id"].clone()).collect::<Vec<_>>(),
        [Value::from("a"), Value::from(3), Value::from(9)]
    );
    assert_eq!(lines[1]["category"], "suicide");
    assert_eq!(lines[1]["card"], "suicide");
    assert_eq!(lines[1]["soft"], false);
    assert_eq!(lines[1]["answer"], Value::Null);
    assert_eq!(lines[2]["answer"], "what-is-kratom");
    assert_eq!(lines[2]["urgency"], "none");
}

#[test]
fn a_watched_channel_answers_nothing_and_cards_what_is_urgent() {
    let lines = lines("what is kratom\ni want to die\nanyone up for voice chat", As::Channel);
    assert_eq!(lines[0]["outgoing"], Value::Array(Vec::new()));
    assert_eq!(lines[1]["outgoing"].as_array().unwrap().len(), 1);
    assert_eq!(lines[2]["outgoing"], Value::Array(Vec::new()));
}

#[test]
fn messages_of_one_author_close_together_are_seen_in_sequence() {
    let said = |author: &str, at: &str, text: &str| {
        format!("{{\"author\":\"{author}\",\"channel\":\"c\",\"at\":\"2026-03-01T21:{at}Z\",\"text\":\"{text}\"}}\n")
    };
    let together = lines(
        &(said("ana", "00:00", "i want to") + &said("ana", "00:20", "die")),
        As::Channel,
    );
    assert_eq!(together[1]["urgency"], "urgent", "{together:?}");
    let late = lines(
        &(said("ana", "00:00", "i want to") + &said("ana", "09:00", "die")),
        As::Channel,
    );
    assert_eq!(late[1]["urgency"], "none");
    let others = lines(
        &(said("ana", "00:00", "i want to") + &said("ben", "00:20", "die")),
        As::Channel,
    );
    assert_eq!(others[1]["urgency"], "none");
    let timeless = lines(
        "{\"author\":\"ana\",\"channel\":\"c\",\"text\":\"i want to\"}\n{\"author\":\"ana\",\"channel\":\"c\",\"text\":\"die\"}",
        As::Channel,
    );
    assert_eq!(timeless[1]["urgency"], "none");
}

#[test]
fn a_second_urgent_message_gets_a_pointer_and_an_emergency_a_full_card() {
    let said = |at: &str, text: &str| {
        format!("{{\"author\":\"ana\",\"channel\":\"c\",\"at\":\"2026-03-01T21:{at}Z\",\"text\":\"{text}\"}}\n")
    };
    let lines = lines(
        &(said("00:00", "i want to die")
            + &said("04:00", "i want to die")
            + &said("08:00", "i took all my pills to kill myself")
            + &said("30:00", "i want to die")),
        As::Channel,
    );
    let texts: Vec<&str> = lines.iter().map(|line| line["outgoing"][0].as_str().unwrap()).collect();
    assert!(lines.iter().all(|line| line["card"].is_string()));
    assert!(texts[1].len() < texts[0].len() / 2, "a pointer is short: {}", texts[1]);
    assert!(texts[1].contains("911") && texts[1].contains("ascensioncounseling.com/contact"));
    assert_eq!(lines[2]["urgency"], "emergency");
    assert!(texts[2].lines().next().unwrap().contains("911"), "{}", texts[2]);
    assert!(
        texts[3].len() > texts[1].len() * 2,
        "the cool-down has ended: {}",
        texts[3]
    );
}

#[test]
fn a_line_that_is_no_message_is_named() {
    let error = parse("{\"text\":\"a\"}\n{\"txt\":\"b\"}").unwrap_err().to_string();
    assert!(error.starts_with("line 2:") && error.contains("text"), "{error}");
    let error = parse("{\"text\":\"a\",\"at\":\"noon\"}").unwrap_err().to_string();
    assert!(
        error.starts_with("line 1:") && error.contains("2026-03-01T21:04:00Z"),
        "{error}"
    );
}

#[test]
fn odd_texts_are_answered_or_met_with_silence() {
    let long = "word ".repeat(800);
    for text in [
        long.as_str(),
        "💊",
        "שלום עולם",
        "<@> <@&x> <#>",
        "> ",
        "```",
        "||",
        "\u{200b}",
        "...",
    ] {
        for surface in [As::Channel, As::Ask, As::Dm] {
            let input = serde_json::json!({ "text": text }).to_string();
            let line = &lines(&input, surface)[0];
            assert_eq!(line["urgency"], "none", "{text:?}");
        }
    }
}
