-- Destinations of notifications: the address of a webhook, of a Slack-compatible one, or mail addresses.
-- The address, and the secret that signs a webhook's messages, can be written by the API's role and read
-- only by the notifier's; shown is the public part of the address. sent_at is the last accepted message;
-- failing_since the first try that failed after it, and last_error why the last try failed.
-- Usage: written by task_ledger.notifier.channels; the state of deliveries by the notifier.
CREATE TABLE task_ledger.notification_channel (
    name          text        PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
    kind          text        NOT NULL CHECK (kind IN ('webhook', 'slack', 'mail')),
    address       text        NOT NULL CHECK (octet_length(address) BETWEEN 1 AND 2000),
    secret        text        CHECK ((kind = 'webhook') = (secret IS NOT NULL) AND octet_length(secret) <= 200),
    shown         text        NOT NULL CHECK (octet_length(shown) <= 2000),
    made_by       text        NOT NULL CHECK (made_by <> '' AND octet_length(made_by) <= 200),
    made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at       timestamptz,
    failing_since timestamptz,
    last_error    text        CHECK (octet_length(last_error) <= 2000)
);
