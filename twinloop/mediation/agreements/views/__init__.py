"""Pages of agreements: what is owed, one agreement, drafting it, and every act upon it."""
