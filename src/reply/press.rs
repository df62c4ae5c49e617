//! What a button or select asks for when it is pressed, and how that stands in its custom id.

/// What is asked for. Ids of members are Discord snowflakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// A private card; anybody may press.
    Help,
    /// A topic's answer, shown to the one who was offered it.
    Topic {
        /// Its slug; empty for a select, whose value is the slug.
        slug: String,
        /// Who may press; 0 for everybody.
        for_user: u64,
    },
    /// The whole of an answer of which the first lines are shown; anybody may press, each sees it privately.
    More {
        /// Its slug.
        slug: String,
    },
}

impl Press {
    /// The custom id; at most 100 characters, as slugs are at most 60.
    pub fn custom_id(&self) -> String {
        match self {
            Self::Help => "help".to_owned(),
            Self::Topic { slug, for_user } => format!("topic:{for_user}:{slug}"),
            Self::More { slug } => format!("more:{slug}"),
        }
    }

    /// Reads a custom id; none for one that is not ours or no longer known. Selects carry a number behind `topic:0:` to be unique.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let mut parts = custom_id.splitn(3, ':');
        match (parts.next()?, parts.next(), parts.next()) {
            ("help", None, None) => Some(Self::Help),
            ("more", Some(slug), None) => Some(Self::More { slug: slug.to_owned() }),
            ("topic", Some(user), Some(slug)) => Some(Self::Topic {
                slug: slug.to_owned(),
                for_user: user.parse().ok()?,
            }),
            _ => None,
        }
    }

    /// Whether this member may press it.
    pub fn allows(&self, user: u64) -> bool {
        match self {
            Self::Help | Self::More { .. } => true,
            Self::Topic { for_user, .. } => *for_user == 0 || *for_user == user,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_ids_read_back_and_strange_ones_are_nobodys() {
        for press in [
            Press::Help,
            Press::Topic {
                slug: "what-is-kratom".into(),
                for_user: 42,
            },
            Press::More { slug: "cbt".into() },
        ] {
            assert_eq!(Press::parse(&press.custom_id()), Some(press));
        }
        for strange in ["", "help:1", "topic:x:cbt", "topic:1", "other:1:2"] {
            assert_eq!(Press::parse(strange), None, "{strange}");
        }
    }
}
