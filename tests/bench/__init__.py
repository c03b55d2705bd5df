"""What `make bench` prints: each figure beside its goal and what it is compared with."""
