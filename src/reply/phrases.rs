//! The bot's short sentences by language. The words are data (`responses/phrases/<lang>.toml`); this file knows only their names.

use std::collections::BTreeMap;

macro_rules! phrases {
    ($($(#[doc = $doc:literal])* $name:ident = $key:literal [$($slot:literal),*],)*) => {
        /// A sentence of the bot, by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Phrase { $($(#[doc = $doc])* $name,)* }

        impl Phrase {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The key in the file.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// The slots that the sentence may hold, as `{slot}`.
            pub const fn slots(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($slot,)*],)* }
            }
        }
    };
}

phrases! {
    /// Between two numbers.
    Or = "or" [],
    /// The hours of a line that never closes.
    AlwaysOpen = "always-open" [],
    /// The emergency number where the country is not known.
    EmergencyUnknown = "emergency-unknown" ["number"],
    /// A crisis line to call.
    Call = "call" ["to", "name", "hours"],
    /// In place of a crisis line in a country that has none.
    CallEmergency = "call-emergency" ["number"],
    /// A line to text.
    Text = "text" ["to", "name", "hours"],
    /// A line to text a word to.
    TextWord = "text-word" ["word", "to", "name", "hours"],
    /// A line on WhatsApp.
    Whatsapp = "whatsapp" ["to", "name", "hours"],
    /// A chat or page.
    Chat = "chat" ["to", "name", "hours"],
    /// A US text line and the directory, where the country is not known.
    TextUnknown = "text-unknown" ["line", "link"],
    /// The directory, where a country has no text line.
    TextNone = "text-none" ["link"],
    /// Poison help.
    Poison = "poison" ["number", "name", "hours"],
    /// Poison help where no line is known.
    PoisonEmergency = "poison-emergency" ["number"],
    /// A line for people who are being hurt.
    Abuse = "abuse" ["number", "name", "hours"],
    /// Marks a number that only works in the United States.
    InTheUs = "in-the-us" ["line"],
    /// Beside a line that closes at times.
    IfClosed = "if-closed" ["number"],
    /// The booking line of cards.
    BookingLater = "booking-later" ["link"],
    /// The booking line of answers.
    BookingAnswer = "booking-answer" ["link"],
    /// `/book`.
    Book = "book" ["link"],
    /// Label of the booking button.
    BookButton = "book-button" [],
    /// The short pointer after a card was shown a moment ago.
    Pointer = "pointer" ["emergency", "call"],
    /// The last line of a pointer.
    PointerBooking = "pointer-booking" ["link"],
    /// Under an answer: which part of the article it is from.
    Source = "source" ["section"],
    /// Under an answer that is about the bot, or that the article does not cover.
    SourceNone = "source-none" [],
    /// Button: the rest of an answer.
    More = "more" [],
    /// Before suggestions.
    DidYouMean = "did-you-mean" [],
    /// No curated answer, with the nearest group.
    NotCovered = "not-covered" ["group"],
    /// A mention or DM that asks nothing.
    NothingAsked = "nothing-asked" [],
    /// A topic was answered here a moment ago.
    AnswerPointer = "answer-pointer" ["title"],
    /// `/about`.
    About = "about" [],
    /// `/topics`, above the selects.
    Topics = "topics" [],
    /// Placeholder of the topic select of a group.
    TopicsPlaceholder = "topics-placeholder" ["group"],
    /// Button: a private card.
    HelpNow = "help-now" [],
    /// What moderators are told; no text of the message.
    Alert = "alert" ["level", "category", "link"],
    /// Moderators are told that a card could not be shown.
    AlertNotShown = "alert-not-shown" ["level", "category", "link"],
    /// Moderators are told that triage broke down.
    AlertBroken = "alert-broken" ["link"],
    /// Somebody else's button was pressed.
    NotYours = "not-yours" [],
    /// A button or select whose topic is gone.
    Gone = "gone" [],
    /// A thing went wrong that the person could not have caused.
    Sorry = "sorry" [],
    /// A command that only works in a server.
    GuildOnly = "guild-only" [],
    /// A command that needs Manage Server.
    ManagersOnly = "managers-only" [],
    /// The store is away: settings and privacy cannot be changed now.
    StoreAway = "store-away" [],
    /// `/settings show`.
    Settings = "settings" ["country", "alerts", "role", "answering"],
    /// Under the settings: numbers that nobody has read again for too long.
    SettingsOverdue = "settings-overdue" ["count", "names"],
    /// After a setting was saved.
    Saved = "saved" [],
    /// Where nothing is set.
    NotSet = "not-set" [],
    /// A country code that is not known.
    UnknownCountry = "unknown-country" [],
    /// The member's country was kept.
    CountryKept = "country-kept" ["country"],
    /// `/privacy show`.
    PrivacyShow = "privacy-show" ["country"],
    /// `/privacy delete`, done.
    PrivacyDeleted = "privacy-deleted" [],
    /// The Message Content intent is missing: to whom it concerns.
    NoContent = "no-content" [],
}

/// The sentences of one language, with English behind them.
#[derive(Debug, Clone, Default)]
pub struct Phrases {
    language: String,
    by_phrase: BTreeMap<Phrase, String>,
}

impl Phrases {
    /// From a language's own sentences and those that stand in where it has none.
    pub fn new(language: &str, own: BTreeMap<Phrase, String>, fallback: Option<&Self>) -> Self {
        let mut by_phrase = fallback.map(|fallback| fallback.by_phrase.clone()).unwrap_or_default();
        by_phrase.extend(own);
        Self {
            language: language.to_owned(),
            by_phrase,
        }
    }

    /// ISO 639-1.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// A sentence as written. Content that was checked has all of them.
    pub fn get(&self, phrase: Phrase) -> &str {
        self.by_phrase.get(&phrase).map_or("", String::as_str)
    }

    /// A sentence with its slots filled. What is filled in is not searched for slots again.
    pub fn fill(&self, phrase: Phrase, values: &[(&str, &str)]) -> String {
        fill(self.get(phrase), values)
    }
}

/// Fills `{slot}`s; a slot without a value stays as written.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 80);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after
            .split_once('}')
            .and_then(|(name, tail)| Some((values.iter().find(|(slot, _)| *slot == name)?.1, tail)))
        {
            Some((value, tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
