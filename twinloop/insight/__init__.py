"""M: figures that can be traced, and what leaders see of them."""
