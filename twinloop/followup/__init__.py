"""O2, O3: second handling, penalty branch, visits, daily clear, closing."""
