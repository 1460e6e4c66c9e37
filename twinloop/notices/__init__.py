"""What people are told: in the product, as a digest, through an outbox to the outside."""
