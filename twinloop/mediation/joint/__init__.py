"""One window: competent agencies, whistles and answers, joint sessions."""
