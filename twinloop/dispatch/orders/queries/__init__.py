"""What dispatch asks: who could go, what waits, what is on somebody's hands."""
