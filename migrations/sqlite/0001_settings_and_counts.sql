-- Ids are Discord snowflakes, stored as the signed number with the same bits.

-- What a guild's managers set.
create table guilds (
    guild_id      integer primary key,
    country       text,
    language      text,
    alert_channel integer,
    alert_role    integer
) strict;

-- Channels in which the bot does more than watch.
create table guild_channels (
    guild_id   integer not null references guilds (guild_id) on delete cascade,
    channel_id integer not null,
    mode       text    not null,
    primary key (guild_id, channel_id)
) strict, without rowid;

-- What a member chose for themselves.
create table members (
    member_id integer primary key,
    country   text
) strict;

-- How often a topic was shown, by guild and day. Guild 0 stands for direct messages. Nothing of who asked.
create table topic_counts (
    guild_id integer not null,
    topic    text    not null,
    day      text    not null,
    shown    integer not null default 0,
    primary key (guild_id, topic, day)
) strict, without rowid;
