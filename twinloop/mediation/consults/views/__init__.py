"""Pages of joint sessions."""
