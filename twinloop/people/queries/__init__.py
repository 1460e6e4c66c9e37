"""What is asked of people, units and teams. Every list costs the same number of queries, whatever its length."""
