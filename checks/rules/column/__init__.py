"""Rules on a column: stale, empty, incomplete. An unread column is judged by none of them."""
