"""Rules on new-media accounts. What is not known of an account is never held against it."""
