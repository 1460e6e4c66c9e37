"""One script a promise of docs/performance.md."""
