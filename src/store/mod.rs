//! What is kept on disk: settings of guilds, choices of members, counts. The only room that names sqlx.
//!
//! Nothing on the way of a message waits for this room: settings are read into memory at start and on change.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::RwLock;

use crate::respond::{ChannelMode, GuildSettings};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// What callers do differently.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be reached now; trying again later may help.
    #[error("the store is away: {0}")]
    Away(String),
    /// The address of the database is not one.
    #[error("DATABASE_URL: {0}; for example sqlite://data/evenkeel.db")]
    Address(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Configuration(error) => Self::Address(error.to_string()),
            other => Self::Away(other.to_string()),
        }
    }
}

/// What is kept about one member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// The country that they chose for crisis lines.
    pub country: Option<String>,
}

/// How often topics were shown in a guild on a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountKey {
    /// 0 for direct messages.
    pub guild: u64,
    /// The topic's slug.
    pub topic: String,
    /// `2026-11-23`, UTC.
    pub day: String,
}

/// An open store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens the database, makes it if it is not there, and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        if let Some(folder) = options
            .get_filename()
            .parent()
            .filter(|folder| *folder != Path::new(""))
        {
            tokio::fs::create_dir_all(folder)
                .await
                .map_err(|error| StoreError::Away(format!("{}: {error}", folder.display())))?;
        }
        // One connection writes: SQLite takes one writer at a time anyway, and waiting here is fairer than its lock.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        MIGRATIONS
            .run(&pool)
            .await
            .map_err(|error| StoreError::Away(format!("bringing the tables up to date: {error}")))?;
        Ok(Self { pool })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes it; what was written is on disk then.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// All guilds' settings.
    pub async fn guilds(&self) -> Result<Vec<(u64, GuildSettings)>, StoreError> {
        let rows =
            sqlx::query("select guild_id, country, language, alert_channel, alert_role from guilds order by guild_id")
                .fetch_all(&self.pool)
                .await?;
        let mut guilds = Vec::with_capacity(rows.len());
        for row in rows {
            let settings = GuildSettings {
                country: row.try_get("country")?,
                language: row.try_get("language")?,
                alert_channel: row.try_get::<Option<i64>, _>("alert_channel")?.map(i64::cast_unsigned),
                alert_role: row.try_get::<Option<i64>, _>("alert_role")?.map(i64::cast_unsigned),
                channels: std::collections::BTreeMap::new(),
            };
            guilds.push((row.try_get::<i64, _>("guild_id")?.cast_unsigned(), settings));
        }
        for row in sqlx::query("select guild_id, channel_id, mode from guild_channels")
            .fetch_all(&self.pool)
            .await?
        {
            let guild = row.try_get::<i64, _>("guild_id")?.cast_unsigned();
            let mode = match row.try_get::<String, _>("mode")?.as_str() {
                "answer" => ChannelMode::Answer,
                _ => ChannelMode::Watch,
            };
            if let Some((_, settings)) = guilds.iter_mut().find(|(id, _)| *id == guild) {
                settings
                    .channels
                    .insert(row.try_get::<i64, _>("channel_id")?.cast_unsigned(), mode);
            }
        }
        Ok(guilds)
    }

    /// Keeps a guild's settings, all of them, in one step.
    pub async fn save_guild(&self, guild: u64, settings: &GuildSettings) -> Result<(), StoreError> {
        let mut step = self.pool.begin().await?;
        sqlx::query(
            "insert into guilds (guild_id, country, language, alert_channel, alert_role) values ($1, $2, $3, $4, $5)
             on conflict (guild_id) do update set country = excluded.country, language = excluded.language,
                alert_channel = excluded.alert_channel, alert_role = excluded.alert_role",
        )
        .bind(guild.cast_signed())
        .bind(&settings.country)
        .bind(&settings.language)
        .bind(settings.alert_channel.map(u64::cast_signed))
        .bind(settings.alert_role.map(u64::cast_signed))
        .execute(&mut *step)
        .await?;
        sqlx::query("delete from guild_channels where guild_id = $1")
            .bind(guild.cast_signed())
            .execute(&mut *step)
            .await?;
        for channel in settings
            .channels
            .iter()
            .filter(|(_, mode)| **mode == ChannelMode::Answer)
            .map(|(channel, _)| channel)
        {
            sqlx::query("insert into guild_channels (guild_id, channel_id, mode) values ($1, $2, 'answer')")
                .bind(guild.cast_signed())
                .bind(channel.cast_signed())
                .execute(&mut *step)
                .await?;
        }
        step.commit().await?;
        Ok(())
    }

    /// The countries that members chose.
    pub async fn countries(&self) -> Result<Vec<(u64, String)>, StoreError> {
        let rows = sqlx::query("select member_id, country from members where country is not null")
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    row.try_get::<i64, _>("member_id")?.cast_unsigned(),
                    row.try_get("country")?,
                ))
            })
            .collect()
    }

    /// Keeps a member's country.
    pub async fn save_country(&self, member: u64, country: &str) -> Result<(), StoreError> {
        sqlx::query("insert into members (member_id, country) values ($1, $2) on conflict (member_id) do update set country = excluded.country").bind(member.cast_signed()).bind(country).execute(&self.pool).await?;
        Ok(())
    }

    /// Everything kept about a member.
    pub async fn kept(&self, member: u64) -> Result<Kept, StoreError> {
        let row = sqlx::query("select country from members where member_id = $1")
            .bind(member.cast_signed())
            .fetch_optional(&self.pool)
            .await?;
        Ok(Kept {
            country: row.map(|row| row.try_get("country")).transpose()?.flatten(),
        })
    }

    /// Deletes everything kept about a member.
    pub async fn delete_member(&self, member: u64) -> Result<(), StoreError> {
        sqlx::query("delete from members where member_id = $1")
            .bind(member.cast_signed())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Adds counts of shown topics.
    pub async fn add_counts(&self, counts: &[(CountKey, u32)]) -> Result<(), StoreError> {
        let mut step = self.pool.begin().await?;
        for (key, shown) in counts {
            sqlx::query(
                "insert into topic_counts (guild_id, topic, day, shown) values ($1, $2, $3, $4)
                 on conflict (guild_id, topic, day) do update set shown = shown + excluded.shown",
            )
            .bind(key.guild.cast_signed())
            .bind(&key.topic)
            .bind(&key.day)
            .bind(i64::from(*shown))
            .execute(&mut *step)
            .await?;
        }
        step.commit().await?;
        Ok(())
    }

    /// How often topics were shown in a guild, most first.
    pub async fn counts(&self, guild: u64) -> Result<Vec<(String, u64)>, StoreError> {
        let rows = sqlx::query("select topic, sum(shown) as shown from topic_counts where guild_id = $1 group by topic order by shown desc, topic").bind(guild.cast_signed()).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| Ok((row.try_get("topic")?, row.try_get::<i64, _>("shown")?.cast_unsigned())))
            .collect()
    }
}

/// Holds the store once it could be opened. Until then, and whenever it is away, callers are told so and go on without.
#[derive(Debug, Default)]
pub struct Keeper {
    store: RwLock<Option<Store>>,
    opened: tokio::sync::Notify,
}

impl Keeper {
    /// The store, if it is open.
    pub async fn store(&self) -> Result<Store, StoreError> {
        self.store
            .read()
            .await
            .clone()
            .ok_or_else(|| StoreError::Away("not opened yet".to_owned()))
    }

    /// Takes over an opened store.
    pub async fn put(&self, store: Store) {
        *self.store.write().await = Some(store);
        self.opened.notify_waiters();
    }

    /// Waits until the store is open, but no longer than this.
    pub async fn opened_within(&self, most: Duration) {
        let opened = self.opened.notified();
        if self.store.read().await.is_none() && tokio::time::timeout(most, opened).await.is_err() {
            tracing::warn!("serving without the store until it opens");
        }
    }

    /// Lets go of a store that no longer answers.
    pub async fn take(&self) -> Option<Store> {
        self.store.write().await.take()
    }
}
