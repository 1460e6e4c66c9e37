"""The own way of domestic violence: warning letter, service, visits, protection-order advice."""
