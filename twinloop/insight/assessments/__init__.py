"""考核: schemes, scores that open their rows, contests and their answers, nominations."""
